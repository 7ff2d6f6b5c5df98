"""What `manage.py check --deploy` says about mail."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Caution


@register(Tags.security, deploy=True)
def answers_reach_somebody(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    if settings.EMAIL_REPLY_TO:
        return []
    hint = "Set EMAIL_REPLY_TO to an address that somebody reads."
    return [Caution("Answers to notices go to their sender.", hint=hint, id="notifications.W002")]


@register(Tags.security, deploy=True)
def mail_leaves_the_house(app_configs: object, **kwargs: Any) -> list[CheckMessage]:
    """The inbox page is for development: every operator reads there the links that set passwords."""
    if settings.EMAIL_BACKEND != "notifications.inbox.InboxBackend":
        return []
    hint = "Set EMAIL_BACKEND to SMTP or one of Anymail's providers; see docs/deploy.md."
    return [Caution("Nobody gets mail: it stays in the inbox page of the admin.", hint=hint, id="notifications.W001")]
