"""What `manage.py check` says about tokens; each finding has an id and a hint."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.checks import Warning as Caution
from django.db import DatabaseError
from django.utils import timezone

from tokens.models import ApiToken


@register(Tags.security, deploy=True)
def the_secret_key_is_no_pepper(app_configs: object, **kwargs: Any) -> Sequence[CheckMessage]:
    if settings.SECRET_KEY.encode() in settings.TOKEN_PEPPERS.values():
        return [Error("A pepper is the SECRET_KEY.", hint="Give TOKEN_PEPPERS keys of its own.", id="tokens.E001")]
    return []


@register(Tags.database)
def no_pepper_is_missing(
    app_configs: object, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Looks for active tokens under a pepper that is no longer set; run by `check --database default` and `migrate`."""
    if not databases:
        return []
    try:
        active = ApiToken.objects.using(databases[0]).open().filter(expires_at__gt=timezone.now())
        used = set(active.values_list("pepper_number", flat=True).distinct())
    except DatabaseError:  # before the first migration there is no table
        return []
    return [
        Caution(
            f"Active tokens were made under pepper {number}, which TOKEN_PEPPERS lacks: they answer 401.",
            hint=f"Put key {number} back at the end of TOKEN_PEPPERS, or revoke those tokens.",
            id="tokens.W001",
        )
        for number in sorted(used - set(settings.TOKEN_PEPPERS))
    ]
