"""What operators see of accounts and people."""

from collections.abc import Mapping
from typing import Any, ClassVar

# These three register what is taken out again below.
import allauth.account.admin
import allauth.mfa.admin  # noqa: F401
import django.contrib.auth.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone

from accounts import admin_sign_in, services
from accounts.activity import DOORS, KINDS, OF_THE_SITE, OPERATIONS, act
from accounts.actors import Actor, person_from
from accounts.differences import as_shown, differences
from accounts.errors import AccountError, ChangedMeanwhile
from accounts.forms import AccountForm, ShowingForm, UserForm
from accounts.models import Account, AuditEntry, PeopleEvent, Team, User

# Nobody here needs groups, and addresses and second factors are their owners' business.
admin.site.unregister((Group, EmailAddress, Authenticator))


class LookOnly:
    """Rows that are shown and cannot be changed."""

    show_full_result_count = False  # it counts all rows beside those that were found

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ThroughServices(admin.ModelAdmin):
    """Rows whose form calls a service, which refuses a form that shows an older version (decision 0015)."""

    form = ShowingForm

    def save(self, row: Model, given: Mapping[str, Any], *, shown: int, by: Actor) -> None:
        """Call the service with what the form was given. It raises ChangedMeanwhile when `shown` is not its version."""
        raise NotImplementedError

    def save_model(self, request: HttpRequest, obj: Model, form: Any, change: bool) -> None:
        given = form.cleaned_data
        shown = given["shown"]
        try:
            self.save(obj, given, shown=shown["version"], by=person_from(request))
        except ChangedMeanwhile as error:
            row = self.get_queryset(request).get(pk=obj.pk)
            what = differences(shown["columns"], as_shown(row, form.columns))
            raise ChangedMeanwhile(f"{error}{f' ({what})' if what else ''}. Look at it again.") from None

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whatever is refused leads back to the page, with the row as it is now."""
        try:
            return super().changeform_view(request, *args, **kwargs)
        except AccountError as error:
            messages.error(request, f"Nothing was changed. {error}")
            return redirect(request.get_full_path())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # commands of manage.py do that, and print the link that sets a password

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # history names accounts and people; who is suspended cannot sign in


@admin.register(Account)
class AccountAdmin(ThroughServices):
    form = AccountForm
    fields = ("name", "slug", "created_at", "suspended_at", "mcp_access", "mcp_writes", "shown")
    list_display = ("name", "slug", "created_at", "suspended_at", "mcp_access", "mcp_writes")
    list_filter = (("suspended_at", admin.EmptyFieldListFilter), "mcp_access", "mcp_writes")
    search_fields = ("name", "slug")
    readonly_fields = ("slug", "created_at", "suspended_at", "mcp_access", "mcp_writes")  # its administrators' business
    actions = ("suspend", "reopen")

    def save(self, row: Account, given: Mapping[str, Any], *, shown: int, by: Actor) -> None:  # type: ignore[override]
        services.rename_account(row, name=given["name"], shown=shown, by=by, now=timezone.now())

    @admin.action(description="Suspend: nobody signs in, no token opens")
    def suspend(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        by, now = person_from(request), timezone.now()
        done = sum(services.suspend_account(account, by=by, now=now) for account in queryset)
        messages.success(request, f"{done} suspended.")

    @admin.action(description="Reopen suspended accounts")
    def reopen(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        by, now = person_from(request), timezone.now()
        done = sum(services.reopen_account(account, by=by, now=now) for account in queryset)
        messages.success(request, f"{done} reopened.")


@admin.register(User)
class UserAdmin(ThroughServices):
    form = UserForm
    list_display = ("email", "account", "role", "status", "is_staff", "last_login", "bounced_at")
    # Not by account: the page would list every one of them. The search finds people by its name.
    list_filter = ("role", "status", "is_staff", ("bounced_at", admin.EmptyFieldListFilter))
    list_select_related = ("account",)
    search_fields = ("email", "first_name", "last_name", "account__name")
    fields = (
        *("email", "first_name", "last_name", "account", "role", "status", "is_staff"),
        *("created_at", "last_login", "bounced_address", "bounced_at", "shown"),
    )
    readonly_fields = ("email", "account", "created_at", "last_login", "bounced_address", "bounced_at")
    actions = ("trust_address",)

    def get_urls(self) -> list[URLPattern]:
        """With the pages that help somebody who cannot sign in any more."""
        return [*admin_sign_in.urls(), *super().get_urls()]

    def save(self, row: User, given: Mapping[str, Any], *, shown: int, by: Actor) -> None:  # type: ignore[override]
        changes: services.UserChanges = {
            "first_name": given["first_name"],
            "last_name": given["last_name"],
            "role": User.Role(given["role"]),
            "status": User.Status(given["status"]),
            "is_staff": given["is_staff"],
        }
        services.change_user(row, changes=changes, shown=shown, by=by, now=timezone.now())

    @admin.action(description="Mail them again: the address that bounced works now")
    def trust_address(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        by, now = person_from(request), timezone.now()
        done = sum(services.trust_address(user, by=by, now=now) for user in queryset)
        messages.success(request, f"{done} will get mail again.")


@admin.register(Team)
class TeamAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("name", "account", "email", "source", "created_at")
    list_select_related = ("account",)
    search_fields = ("name", "account__name")
    fields = (
        *("id", "account", "name", "description", "email", "slack_channel", "slack_group", "avatar_url"),
        *("source", "external_id", "members", "created_at", "updated_at"),
    )


class LabelledFilter(admin.SimpleListFilter):
    """By a column without choices, among the values that the code knows.

    Django's own filter of such a column reads the whole table for them.
    """

    labels: ClassVar[Mapping[str, str]]  # by value; an empty one is `none` in addresses

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(value or "none", label) for value, label in self.labels.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        chosen = self.value()
        return queryset.filter(**{str(self.parameter_name): "" if chosen == "none" else chosen}) if chosen else queryset


class OperationFilter(LabelledFilter):
    title = parameter_name = "operation"
    labels = OPERATIONS | OF_THE_SITE


class DoorFilter(LabelledFilter):
    title = parameter_name = "door"
    labels = DOORS


class KindFilter(LabelledFilter):
    title = parameter_name = "kind"
    labels = KINDS


@admin.register(AuditEntry)
class AuditEntryAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("at", "actor_name", "through", "what", "count", "kind", "account", "detail")
    list_filter = (OperationFilter, DoorFilter, KindFilter, "at")
    list_select_related = ("account",)
    search_fields = ("actor_name", "account__slug")
    fields = (
        *("at", "actor_name", "door", "operation", "count", "kind", "account", "detail"),
        *("ids", "actor", "token_id", "ip", "client"),
    )
    ordering = ("-id",)

    @admin.display(ordering="door")
    def through(self, entry: AuditEntry) -> str:
        return act(entry).through

    @admin.display(ordering="operation")
    def what(self, entry: AuditEntry) -> str:
        return act(entry).what


@admin.register(PeopleEvent)
class PeopleEventAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("at", "kind", "person", "account", "actor_name", "ip", "door")
    list_filter = ("kind", "at")
    list_select_related = ("person", "account")
    search_fields = ("person__email", "account__slug", "actor_name")
    fields = (*list_display, "before", "after")
