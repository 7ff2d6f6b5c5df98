"""The audit log in plain words: what an account's administrators read, and what operators choose from."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, Sum
from django.utils.http import urlencode

from accounts.audit import SEVERAL_KINDS
from accounts.models import Account, AuditEntry
from accounts.querysets import LogQuerySet

# By the names of the services. One that is missing here is shown by its name.
OPERATIONS = {
    "create_account": "Account created",
    "rename_account": "Account renamed",
    "suspend_account": "Account suspended",
    "reopen_account": "Account reopened",
    "change_mcp_access": "MCP access changed",
    "create_user": "Person entered",
    "change_user": "Person changed",
    "note_bounce": "Address turned mail away",
    "trust_address": "Address mailed again",
    "end_other_sign_ins": "Signed out elsewhere",
    "password_changed": "Password changed",
    "address_changed": "Address changed",
    "second_factor_added": "Second factor added",
    "second_factor_removed": "Second factor removed",
    "second_factor_reset": "Second factor reset",
    "recovery_codes_generated": "Recovery codes generated",
    "upsert_team": "Team written",
    "add_team_users": "People put into a team",
    "remove_team_users": "People taken out of a team",
    "finish_rotation": "Moving to a new token marked as done",
    "create_calendar": "Calendar address made",
    "renew_calendar": "Calendar address renewed",
    "end_calendar": "Calendar address ended",
    "send_again": "Emails sent again",
    "dismiss": "Emails dismissed",
    "allow_model": "Language model let in",
    "forbid_model": "Language model kept out",
    "cancel_jobs": "Questions cancelled",
    "retry_jobs": "Questions tried again",
    "create_source": "Source created",
    "update_source": "Source changed",
    "create_databases": "Databases created",
    "update_databases": "Databases changed",
    "create_schemas": "Schemas created",
    "update_schemas": "Schemas changed",
    "create_tables": "Tables created",
    "update_tables": "Tables changed",
    "update_table_descriptions": "Tables described",
    "update_tables_documentation": "Tables documented",
    "update_dashboards_documentation": "Dashboards documented",
    "create_columns": "Columns created",
    "update_columns": "Columns changed",
    "update_columns_metadata": "Columns described",
    "create_external_links": "Links added",
    "update_external_links": "Links changed",
    "delete_external_links": "Links deleted",
    "upsert_lineages": "Lineages written",
    "delete_lineages": "Lineages deleted",
    "create_term": "Term created",
    "update_term": "Term changed",
    "update_terms_documentation": "Terms documented",
    "delete_term": "Term deleted",
    "attach_tags": "Tags put on assets",
    "detach_tags": "Tags taken off assets",
    "upsert_pinned_assets": "Assets pinned",
    "remove_pinned_assets": "Assets unpinned",
    "upsert_user_owners": "Assets given to a person",
    "remove_user_owners": "Assets taken from a person",
    "upsert_team_owners": "Assets given to a team",
    "remove_team_owners": "Assets taken from a team",
    "upsert_data_qualities": "Quality checks written",
    "remove_data_qualities": "Quality checks deleted",
    "add_synonym": "Synonym added",
    "remove_synonym": "Synonym removed",
    "bring_in": "Catalog filled",
    "receive": "File received",
    "merge": "Rows imported",
    "take_back": "Rows of an import taken back",
    "confirm_import": "Held import confirmed",
    "refuse_import": "Held import refused",
    "cancel_import": "Import cancelled",
    "import_again": "Import tried again",
    "undo_import": "Import taken back",
}
OF_THE_SITE = {
    "close_breaker": "Provider of language models asked again",
    "pause": "Sending of email paused",
    "resume": "Sending of email resumed",
    "begin_anew": "Everything verified before is checked anew",
}
KINDS = {
    "account": "Account",
    "person": "Person",
    "team": "Team",
    "rotation": "Moving to a new token",
    "calendar": "Calendar address",
    "email": "Email",
    "outbox": "Outbox",
    "question": "Question",
    "breaker": "Provider of language models",
    "generation": "Generation",
    "source": "Source",
    "database": "Database",
    "schema": "Schema",
    "table": "Table",
    "column": "Column",
    "dashboard": "Dashboard",
    "link": "External link",
    "lineage": "Lineage",
    "term": "Term",
    "tag on an asset": "Tag on an asset",
    "pin": "Pinned asset",
    "owner": "Owner",
    "quality check": "Quality check",
    "synonym": "Synonym",
    "upload": "Uploaded file",
    "import": "Import",
    SEVERAL_KINDS: "Rows of several kinds",
}
DOORS = {
    "page": "Page",
    "admin": "Admin",
    "command": "Command",
    "system": "Catalog itself",
    "rest": "REST",
    "graphql": "GraphQL",
    "mcp": "MCP",
    "ingest": "Uploads",
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
    account: Account, *, who: str, what: str, since: date | None, until: date | None, token: UUID | None = None
) -> LogQuerySet[AuditEntry]:
    """The account's entries, the latest first.

    By a part of the actor's name, by operation, by UTC days, and by the token that acted, which its mask alone does
    not tell from others.
    """
    of_account = AuditEntry.objects.filter(account=account).order_by("-id")
    of_operation = of_account.filter(operation=what) if what else of_account
    of_token = of_operation.filter(token_id=token) if token else of_operation
    return of_token.by_and_at(who=who, since=since, until=until)


@dataclass(frozen=True, slots=True)
class Written:
    """What a token changed: how many rows, and when the last time."""

    count: int
    last: datetime


def written_by(token_ids: Collection[UUID]) -> dict[UUID, Written]:
    """By token, as far back as AUDIT_DAYS; one that changed nothing is missing. One query."""
    of_tokens = AuditEntry.objects.filter(token_id__in=token_ids).order_by()
    sums = of_tokens.values_list("token_id").annotate(Sum("count"), Max("at"))
    return {token_id: Written(count, last) for token_id, count, last in sums}


@dataclass(frozen=True, slots=True)
class LastChange:
    """Who last changed a row, as `Actor` names them, and when."""

    who: str
    token_id: UUID | None
    at: datetime

    @property
    def query(self) -> str:
        """What else they did, as the filter of Settings > Activity takes it."""
        return urlencode({"token": str(self.token_id)} if self.token_id else {"who": self.who})


def last_change(account: Account, kind: str, *, updated_at: datetime) -> LastChange | None:
    """Who gave the account's row of this kind its `updated_at`; None when the log does not say. One query.

    Services write rows and entry with the same instant, so that the instant finds the entry of a batch too, which
    does not list all ids (decision 0022). None also when two actors wrote at the same microsecond.
    """
    same_instant = AuditEntry.objects.filter(account=account, at=updated_at, kind__in=(kind, SEVERAL_KINDS))
    actors = list(same_instant.order_by().values_list("actor_name", "token_id", "actor").distinct()[:2])
    if len(actors) != 1:
        return None
    [(name, token_id, _)] = actors
    return LastChange(name, token_id, updated_at)


def rows(entries: Iterable[AuditEntry]) -> Iterator[Iterable[object]]:
    """A header, and a line for each entry."""
    yield COLUMNS
    for entry in entries:
        one = act(entry)
        yield one.at, one.who, one.through, one.what, one.detail, entry.kind, one.count, " ".join(entry.ids)
