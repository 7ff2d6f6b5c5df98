"""Which rows: what the tables of several models are asked for in the same way."""

from datetime import date
from typing import Any, Self, TypeVar

from django.db import models

Row = TypeVar("Row", bound=models.Model)


class VersionedQuerySet(models.QuerySet[Any]):
    """Of rows with a `version`: who saves a form changes nothing that the form did not show (decision 0015)."""

    def change(self, **columns: Any) -> int:
        """Write these columns and no other, and count the change in `version`; returns how many rows were changed."""
        return self.update(version=models.F("version") + 1, **columns)


class LogQuerySet(models.QuerySet[Row]):
    """Of a log: each row says who did something (`actor_name`) and when (`at`)."""

    def by_and_at(self, *, who: str, since: date | None, until: date | None) -> Self:
        """By a part of the actor's name, and by UTC days, both included."""
        by_actor = self.filter(actor_name__icontains=who) if who else self
        not_before = by_actor.filter(at__date__gte=since) if since else by_actor
        return not_before.filter(at__date__lte=until) if until else not_before
