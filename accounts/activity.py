"""The audit log in plain words: what an account's administrators read, and what operators choose from."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from accounts.models import Account, AuditEntry, LogQuerySet

# By the names of the services. One that is missing here is shown by its name.
OPERATIONS = {
    "create_account": "Account created",
    "rename_account": "Account renamed",
    "suspend_account": "Account suspended",
    "reopen_account": "Account reopened",
    "create_user": "Person entered",
    "change_user": "Person changed",
    "note_bounce": "Address turned mail away",
    "trust_address": "Address mailed again",
    "password_changed": "Password changed",
    "address_changed": "Address changed",
    "second_factor_added": "Second factor added",
    "second_factor_removed": "Second factor removed",
    "recovery_codes_generated": "Recovery codes generated",
    "upsert_team": "Team written",
    "add_team_users": "People put into a team",
    "remove_team_users": "People taken out of a team",
    "send_again": "Emails sent again",
    "dismiss": "Emails dismissed",
}
OF_THE_SITE = {
    "pause": "Sending of email paused",
    "resume": "Sending of email resumed",
    "begin_anew": "Everything verified before is checked anew",
}
KINDS = {
    "account": "Account",
    "person": "Person",
    "team": "Team",
    "email": "Email",
    "outbox": "Outbox",
    "generation": "Generation",
}
DOORS = {
    "page": "Page",
    "admin": "Admin",
    "command": "Command",
    "system": "Catalog itself",
    "rest": "REST",
    "graphql": "GraphQL",
    "mcp": "MCP",
}
COLUMNS = ("at", "who", "through", "what", "detail", "kind", "how_many", "first_ids")


@dataclass(frozen=True, slots=True)
class Act:
    """One entry, as administrators read it: not from which address and with which program operators work."""

    at: datetime
    who: str
    through: str
    what: str
    detail: str
    count: int


def act(entry: AuditEntry) -> Act:
    what = (OPERATIONS | OF_THE_SITE).get(entry.operation) or entry.operation.replace("_", " ").capitalize()
    through = DOORS.get(entry.door) or entry.door.capitalize()
    return Act(entry.at, entry.actor_name, through, what, entry.detail, entry.count)


def entries(
    account: Account, *, who: str, what: str, since: date | None, until: date | None
) -> LogQuerySet[AuditEntry]:
    """The account's entries, the latest first: by a part of the actor's name, by operation, and by UTC days."""
    found = AuditEntry.objects.filter(account=account).order_by("-id")
    found = found.filter(operation=what) if what else found
    return found.by_and_at(who=who, since=since, until=until)


def rows(found: Iterable[AuditEntry]) -> Iterator[Iterable[object]]:
    """A header, and a line for each entry."""
    yield COLUMNS
    for entry in found:
        one = act(entry)
        yield one.at, one.who, one.through, one.what, one.detail, entry.kind, one.count, " ".join(entry.ids)
