"""What the commands about imports look up, and how they tell of them."""

from django.core.management.base import CommandError

from accounts.models import Account
from catalog.choices import SourceOrigin
from catalog.ids import known_uuid
from catalog.models import Source
from ingestion.models import Batch
from ingestion.sources import UPLOADED


def batch_with_id(text: str) -> Batch:
    """The import of this id. Raises CommandError."""
    pk = known_uuid(text)
    batch = Batch.objects.filter(pk=pk).select_related("account", "source").first() if pk else None
    if batch is None:
        raise CommandError(f"There is no import {text}. `list_imports` shows their ids.")
    return batch


def source_called(text: str, account: Account | None) -> Source:
    """The source of this id or name that takes files; of this account, if one is named. Raises CommandError."""
    pk = known_uuid(text)
    taking = Source.objects.filter(origin=SourceOrigin.EXTRACTION, deleted_at=None, type__in=UPLOADED)
    of_account = taking.filter(account=account) if account else taking
    named = of_account.filter(pk=pk) if pk else of_account.filter(name=text)
    found: list[Source] = list(named.select_related("account").order_by("account__slug", "pk")[:10])
    if not found:
        raise CommandError(f"There is no source {text} that takes files. `create_source` makes one.")
    if len(found) > 1:
        told = ", ".join(f"{source.pk} ({source.account.slug})" for source in found)
        raise CommandError(f"Several sources are called {text}: {told}. Say the id, or --account.")
    return found[0]


def line_of(batch: Batch) -> str:
    """Id, account, source, family, time of the files, state and note, with tabs between them."""
    source = batch.source.name if batch.source else "–"
    times = f"{batch.stamp:%Y-%m-%d %H:%M:%S}"
    return "\t".join((str(batch.pk), batch.account.slug, source, batch.family, times, batch.state, batch.note))
