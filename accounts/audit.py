"""The audit log: who changed what, written by every service in the transaction of its act."""

from collections.abc import Sequence
from datetime import datetime

from accounts.actors import SYSTEM, Actor
from accounts.models import Account, AuditEntry


def record(
    operation: str,
    *,
    kind: str,
    ids: Sequence[object],
    by: Actor | None,
    now: datetime,
    account: Account | int | None = None,
    detail: str = "",
) -> AuditEntry:
    """Write down one act: the service's name as `operation`, what `kind` of things it changed, and their ids.

    One INSERT, whatever the number of ids. `account` is None for an act on the site as a whole; `by` None is Catalog
    itself.
    """
    by = by or SYSTEM
    return AuditEntry.objects.create(
        account_id=account.pk if isinstance(account, Account) else account,
        actor=by.user,
        token_id=by.token_id,
        actor_name=by.name,
        ip=by.ip,
        client=by.client,
        door=by.door,
        operation=operation,
        kind=kind,
        count=len(ids),
        ids=[str(one) for one in ids[: AuditEntry.AUDITED_IDS]],
        detail=" ".join(detail.split())[:300],
        at=now,
    )
