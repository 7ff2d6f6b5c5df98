"""What operators see of imports: what came, how it is doing, and what was wrong with it."""

from django.contrib import admin

from accounts.admin import LookOnly
from ingestion.models import Batch, Change, ImportEvent, ImportIssue, Upload


@admin.register(Batch)
class BatchAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("id", "account", "source", "family", "stamp", "state", "phase", "received_at", "finished_at")
    list_filter = ("state", "family", "received_at")
    list_select_related = ("account", "source")
    search_fields = ("=id", "=source__id", "account__slug", "account__name", "source__name")
    ordering = ("-received_at",)
    fields = (
        *list_display,
        *("done", "total", "last_upload_at", "next_attempt_at", "lease_until", "attempts", "failures", "asked_again"),
        *("confirmed", "moment", "counts", "note", "report"),
    )


@admin.register(Upload)
class UploadAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("path", "account", "kind", "size", "actor_name", "door", "received_at", "deleted_at")
    list_filter = ("kind", "door", "received_at")
    list_select_related = ("account",)
    search_fields = ("=id", "=batch__id", "=sha256", "account__slug", "account__name")
    ordering = ("-received_at",)
    fields = ("id", "batch", "source", *list_display, "original_name", "key", "sha256", "token", "ip", "client")


@admin.register(ImportIssue)
class ImportIssueAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("id", "batch", "upload", "row", "column", "word", "sentence")
    list_filter = ("word",)
    list_select_related = ("batch", "upload")
    search_fields = ("=batch__id", "=upload__id")
    ordering = ("-id",)
    fields = ("batch", "upload", "row", "line", "column", "word", "value", "sentence")


@admin.register(Change)
class ChangeAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("id", "batch", "kind", "row")
    list_filter = ("kind",)
    list_select_related = ("batch",)
    search_fields = ("=batch__id", "=row")
    ordering = ("-id",)
    fields = ("batch", "kind", "row", "before")


@admin.register(ImportEvent)
class ImportEventAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("at", "kind", "account", "batch", "actor_name", "door", "detail")
    list_filter = ("kind", "door", "at")
    list_select_related = ("account", "batch")
    search_fields = ("=batch__id", "account__slug", "account__name", "actor_name")
    ordering = ("-id",)
    fields = (*list_display, "upload", "token", "ip", "client")
