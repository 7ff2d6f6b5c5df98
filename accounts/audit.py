"""The audit log: who changed what, written by every service in the transaction of its act."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.text import Truncator

from accounts.actors import SYSTEM, Actor
from accounts.models import Account, AuditEntry, PeopleEvent, User

ENTRIES_PER_DELETE = 1_000
SEVERAL_KINDS = "row"  # the kind of an act that changed more than one, as an import does


def record(
    operation: str,
    *,
    kind: str,
    ids: Sequence[object],
    by: Actor | None,
    now: datetime,
    account: Account | int | None = None,
    detail: str = "",
    count: int | None = None,
) -> AuditEntry:
    """Write down one act: the service's name as `operation`, what `kind` of things it changed, and their ids.

    One INSERT, whatever the number of ids. `account` is None for an act on the site as a whole; `by` None is Catalog
    itself. `count` is for an act on more things than `ids` names.
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
        count=len(ids) if count is None else count,
        ids=[str(one) for one in ids[: AuditEntry.AUDITED_IDS]],
        detail=Truncator(" ".join(detail.split())).chars(300),
        at=now,
    )


def record_person(operation: str, user: User, *, by: Actor | None, now: datetime, detail: str = "") -> None:
    """Who it was about comes first in the entry's detail."""
    told = f"{user.email}: {detail}" if detail else user.email
    record(operation, kind="person", ids=[user.uuid], by=by, now=now, account=user.account_id, detail=told)


def record_event(
    kind: PeopleEvent.Kind,
    person: User,
    *,
    by: Actor | None,
    now: datetime,
    before: dict[str, str] | None = None,
    after: dict[str, str] | None = None,
) -> PeopleEvent:
    """Write down what happened to the person, for the log and for whoever mails them; `by` None is Catalog itself.

    It is the act's entry of the log: a service that calls this calls `record_person` no more.
    """
    by = by or SYSTEM
    said = ", ".join([*(before or {}).values(), *(after or {}).values()])
    record_person(str(kind), person, by=by, now=now, detail=said)
    return PeopleEvent.objects.create(
        kind=kind,
        person=person,
        account_id=person.account_id,
        actor_name=by.name,
        ip=by.ip,
        door=by.door,
        before=before or {},
        after=after or {},
        at=now,
    )


def forget_old(now: datetime) -> int:
    """Delete the entries that are older than AUDIT_DAYS, ENTRIES_PER_DELETE in a statement; returns how many."""
    before, gone = now - timedelta(days=settings.AUDIT_DAYS), 0
    while True:
        # Ids grow with time: the oldest are found without a look at all the others.
        oldest = AuditEntry.objects.order_by("id").values_list("pk", "at")[:ENTRIES_PER_DELETE]
        old = [pk for pk, at in oldest if at < before]
        gone += AuditEntry.objects.filter(pk__in=old).delete()[0]
        if len(old) < ENTRIES_PER_DELETE:
            return gone
