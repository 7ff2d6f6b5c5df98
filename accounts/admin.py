"""What operators see of accounts and people."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from accounts import services
from accounts.errors import InvalidUser
from accounts.models import Account, PeopleEvent, Team, User

# Operators sign in where everybody does, with the second factor and the limits on guessing.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Catalog operations"
admin.site.index_title = "What Catalog knows"
# Nobody here needs groups, and addresses and second factors are their owners' business.
admin.site.unregister((Group, EmailAddress, Authenticator))


class LookOnly:
    """Rows that services write and this admin shows."""

    show_full_result_count = False  # it counts all rows beside those that were found

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):
    list_display = ("name", "slug", "created_at", "suspended_at")
    list_filter = (("suspended_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "slug")
    readonly_fields = ("slug", "created_at", "suspended_at")
    actions = ("suspend", "reopen")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # `manage.py create_account` makes its first administrator too

    def has_delete_permission(self, request: HttpRequest, obj: Account | None = None) -> bool:
        return False

    @admin.action(description="Suspend: nobody signs in, no token opens")
    def suspend(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        done = sum(services.suspend_account(account, now=timezone.now()) for account in queryset)
        messages.success(request, f"{done} suspended.")

    @admin.action(description="Reopen suspended accounts")
    def reopen(self, request: HttpRequest, queryset: QuerySet[Account]) -> None:
        done = sum(services.reopen_account(account) for account in queryset)
        messages.success(request, f"{done} reopened.")


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ("email", "account", "role", "status", "is_staff", "last_login", "bounced_at")
    # Not by account: the page would list every one of them. The search finds people by its name.
    list_filter = ("role", "status", "is_staff", ("bounced_at", admin.EmptyFieldListFilter))
    list_select_related = ("account",)
    search_fields = ("email", "first_name", "last_name", "account__name")
    fields = (
        *("email", "first_name", "last_name", "account", "role", "status", "is_staff"),
        *("created_at", "last_login", "bounced_address", "bounced_at"),
    )
    readonly_fields = ("email", "account", "created_at", "last_login", "bounced_address", "bounced_at")
    actions = ("trust_address",)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.save(update_fields=["first_name", "last_name"])
        role, status = User.Role(obj.role), User.Status(obj.status)
        services.change_user(obj, role=role, status=status, is_staff=obj.is_staff, now=timezone.now())

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except InvalidUser as error:
            messages.error(request, f"Nothing was changed. {error}")
            return redirect(request.get_full_path())

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # `manage.py create_user` prints the link that sets a password

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False  # history names people; a suspended one cannot sign in

    @admin.action(description="Mail them again: the address that bounced works now")
    def trust_address(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        done = sum(services.trust_address(user) for user in queryset)
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


@admin.register(PeopleEvent)
class PeopleEventAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("at", "kind", "person", "account", "actor_name", "ip", "door")
    list_filter = ("kind", "at")
    list_select_related = ("person", "account")
    search_fields = ("person__email", "account__slug", "actor_name")
    fields = (*list_display, "before", "after")
