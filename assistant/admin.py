"""What operators see of questions: how each is doing, never what people wrote."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.actors import person_from
from accounts.admin import LookOnly
from assistant import services
from assistant.models import Job


@admin.register(Job)
class JobAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("id", "account", "state", "created_at", "attempts", "finished_at", "writer", "requests")
    list_filter = ("state", "writer", "created_at")
    list_select_related = ("account",)
    change_list_template = "assistant/job_list.html"  # with the way to the overview
    search_fields = ("=id", "account__slug", "account__name")
    ordering = ("-created_at",)
    fields = (
        *list_display,
        *("token", "next_attempt_at", "lease_until", "expires_at", "step", "evidence", "error", "because", "model"),
        *("tokens_in", "tokens_out", "cost_micros"),
    )
    actions = ("retry", "cancel")

    @admin.action(description="Retry those that wait for their next attempt, now", permissions=["view"])
    def retry(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        done = services.retry_jobs(queryset, by=person_from(request), now=timezone.now())
        messages.success(request, f"{done} will be tried again at once.")

    @admin.action(description="Cancel those that are not answered yet", permissions=["view"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Job]) -> None:
        done = services.cancel_jobs(queryset, by=person_from(request), now=timezone.now())
        messages.success(request, f"{done} cancelled.")
