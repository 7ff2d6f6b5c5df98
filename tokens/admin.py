"""What operators see of tokens; they can revoke, and nobody can add, edit or delete."""

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.admin import LabelledFilter, LookOnly
from tokens.clients import actor_from
from tokens.errors import RECORDED
from tokens.models import ApiToken, TokenEvent, TokenUse
from tokens.services import revoke_tokens


@admin.register(ApiToken)
class ApiTokenAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("mask", "account", "scope", "name", "created_at", "expires_at", "ended_at", "end_reason")
    list_filter = ("scope", "end_reason", "created_at", "expires_at")
    list_select_related = ("account",)
    search_fields = ("public_id", "name", "account__name", "account__slug", "last_four")
    fields = (*list_display, "public_id", "region", "pepper_number", "replaced_by")
    actions = ("revoke",)

    @admin.action(description="Revoke for good: calls fail at once", permissions=["view"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiToken]) -> None:
        done = revoke_tokens(queryset, by=actor_from(request), now=timezone.now())
        messages.success(request, f"{done} revoked.")


class ReasonFilter(LabelledFilter):
    title = parameter_name = "reason"
    labels = {"": "Let in", **{reason: reason for reason in RECORDED}}


@admin.register(TokenUse)
class TokenUseAdmin(LookOnly, admin.ModelAdmin):
    list_display = (
        *("day", "token", "client", "door", "operation", "reason"),
        *("calls", "first_seen", "last_seen", "last_address"),
    )
    list_filter = ("door", ReasonFilter, "day")
    list_select_related = ("token",)
    search_fields = ("client", "token__public_id", "token__account__slug", "token__last_four", "last_address")
    fields = list_display
    ordering = ("-id",)  # nearly the latest first, and read from an index


@admin.register(TokenEvent)
class TokenEventAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("at", "kind", "token", "replaced", "actor_name", "ip", "client")
    list_filter = ("kind", "at")
    list_select_related = ("token", "replaced")
    search_fields = ("actor_name", "token__public_id", "token__account__slug", "token__last_four")
    fields = list_display
    ordering = ("-id",)
