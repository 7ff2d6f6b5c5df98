"""What operators see of the outbox and the inbox."""

from datetime import datetime

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, urlize
from django.utils.safestring import SafeString, mark_safe

from accounts.admin import LabelledFilter, LookOnly
from notifications import delivery
from notifications.models import Email, InboxMessage, NextNotice
from notifications.subjects import register
from tokens.clients import actor_from


class KindFilter(LabelledFilter):
    title, parameter_name = "kind", "kind__exact"
    labels = register.labels()


@admin.register(Email)
class EmailAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("created_at", "what", "recipient", "state", "attempts", "next_attempt_at", "sent_at", "last_error")
    list_filter = ("state", KindFilter, "created_at", "sent_at")
    list_select_related = ("recipient",)
    change_list_template = "notifications/email_list.html"  # with the way to Email delivery
    search_fields = ("recipient__email", "message_id", "account__slug", "token__public_id", "last_error")
    readonly_fields = ("what",)
    fields = (
        *list_display,
        *(
            "address",
            "account",
            "token",
            "event",
            "people_event",
            "message_id",
            "provider_id",
            "first_attempt_at",
            "lease_until",
            "changed_at",
        ),
    )
    actions = ("send_again", "dismiss")

    @admin.display(description="kind", ordering="kind")
    def what(self, email: Email) -> str:
        return register.labels().get(email.kind, email.kind)

    @admin.action(description="Send again those that failed", permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Email]) -> None:
        emails = queryset.select_related("recipient")
        done = delivery.send_again(emails, by=actor_from(request), now=timezone.now())
        messages.success(request, f"{done} will be sent again, if they are still owed.")

    @admin.action(description="Dismiss those that wait, failed or were missed: never send them", permissions=["view"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Email]) -> None:
        emails = queryset.select_related("recipient")
        done = delivery.dismiss(emails, by=actor_from(request), now=timezone.now())
        messages.success(request, f"{done} dismissed.")


@admin.register(NextNotice)
class NextNoticeAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("account", "token", "next_check", "unreachable")
    readonly_fields = ("next_check",)
    list_filter = ("unreachable", "next_notice_at")
    list_select_related = ("account", "token")
    search_fields = ("account__name", "account__slug")
    fields = list_display

    @admin.display(description="next check", ordering="next_notice_at", empty_value="when something changes")
    def next_check(self, row: NextNotice) -> datetime | str | None:
        """Triggers write a time long ago, which would say nothing to an operator."""
        due = row.next_notice_at is not None and row.next_notice_at <= timezone.now()
        return "at the next sweep" if due else row.next_notice_at


@admin.register(InboxMessage)
class InboxMessageAdmin(LookOnly, admin.ModelAdmin):
    list_display = ("received_at", "subject", "recipients")
    list_display_links = ("subject",)
    search_fields = ("subject", "recipients", "text")
    fields = ("received_at", "recipients", "subject", "preview", "plain")

    class Media:
        css = {"all": ("admin.css",)}

    @admin.display(description="HTML")
    def preview(self, message: InboxMessage) -> SafeString:
        if not message.html:
            return mark_safe("—")  # our own dash
        address = reverse("inbox-message-html", args=[message.pk])
        frame = '<iframe src="{}" title="HTML of the message" height="640" sandbox="{}"></iframe>'
        return format_html(frame, address, "allow-popups allow-popups-to-escape-sandbox")

    @admin.display(description="Text")
    def plain(self, message: InboxMessage) -> SafeString:
        return format_html("<pre>{}</pre>", mark_safe(urlize(message.text, autoescape=True)))  # noqa: S308  # escaped by urlize
