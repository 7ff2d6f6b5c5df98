import secrets
from typing import Any

from django.apps import AppConfig
from django.apps import apps as all_apps
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        # Registering is what importing does, and needs ready models.
        from accounts import second_factors  # noqa: F401, PLC0415

        post_migrate.connect(begin_counting, sender=self)


def begin_counting(using: str, apps: Any = all_apps, **_: Any) -> None:
    """Make the generation's row where it is missing, as after `flush`: without it no process ever holds a lease.

    It begins with a random number, so that no process takes it for a generation that it remembers.
    """
    try:
        generation = apps.get_model("accounts", "Generation")
    except LookupError:  # migrated back to before there was one
        return
    generation.objects.using(using).get_or_create(pk=1, defaults={"number": secrets.randbits(40)})
