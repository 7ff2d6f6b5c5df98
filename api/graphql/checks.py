"""What is wrong with the arguments of an operation before anything stored is looked at: answered with 400.

One table: a field at the root, and the rule for its `data`. What was let through goes on as `Checked`: services, which
check what other doors bring, do not check it again.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings

from accounts import rules as people
from accounts.checked import Checked, api_name
from api.graphql.enums import Origin
from api.graphql.limits import MAX_IDS
from api.graphql.paging import check_pagination
from assistant import rules as questions
from catalog.errors import InvalidInput
from catalog.rules import documentation, knowledge, lineage, usage, warehouse
from catalog.rules import people as owners

MAX_SEARCH_LENGTH = 2_000  # characters of a text that a scope looks for; SQLite takes no pattern of 50,000 bytes
MAX_SORTINGS = 10  # of a query; no query has so many keys
MAX_TEXT_LENGTH = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # characters, of all texts of a call
NO_CHARACTER = re.compile("[\0\ud800-\udfff]")

Rule = Callable[[Any], None]


def check_inputs(operation: str, arguments: Mapping[str, Any]) -> Checked[Any] | None:
    """The checked `data`, if there is any. Raises InvalidInput with a sentence; rules of other apps raise theirs."""
    check_pagination(arguments.get("pagination"))
    check_scope(operation, arguments.get("scope"))
    check_sorting(arguments.get("sorting"))
    if operation not in RULES:
        return None
    RULES[operation](arguments["data"])
    return Checked(RULES[operation], arguments["data"])


def check_scope(operation: str, scope: Mapping[str, Any] | None) -> None:
    if operation == "getFieldLineages" and not any(value is not None for value in (scope or {}).values()):
        raise InvalidInput("The scope of getFieldLineages may not be empty: say what to look for.")
    for name, value in (scope or {}).items():
        limit = MAX_IDS_OF.get((operation, name), MAX_IDS)
        if isinstance(value, list) and len(value) > limit:
            raise InvalidInput(f"{api_name(name)} has {len(value):,} ids: {limit:,} are possible.")
        if isinstance(value, str) and len(value) > MAX_SEARCH_LENGTH:
            raise InvalidInput(f"{api_name(name)} has {len(value):,} characters: {MAX_SEARCH_LENGTH:,} are possible.")


def check_sorting(sortings: Sequence[object] | None) -> None:
    if sortings and len(sortings) > MAX_SORTINGS:
        raise InvalidInput(f"sorting has {len(sortings):,} keys: {MAX_SORTINGS} are possible.")


def check_together(calls: Sequence[Mapping[str, Any]]) -> None:
    """What the arguments of all fields at the root have together. A variable counts each time that it is used.

    Raises InvalidInput for too many ids, for more text than a body can bring, for characters that no database keeps.
    """
    scopes = [arguments.get("scope") or {} for arguments in calls]
    ids = sum(len(value) for scope in scopes for value in scope.values() if isinstance(value, list))
    if ids > MAX_IDS:  # first, for the rest looks at each of them
        raise InvalidInput(f"The filters of this call have {ids:,} ids together: {MAX_IDS:,} are possible.")
    all_texts = list(texts(calls))
    if (length := sum(map(len, all_texts))) > MAX_TEXT_LENGTH:
        raise InvalidInput(
            f"The texts of this call have {length:,} characters together: {MAX_TEXT_LENGTH:,} are possible."
        )
    if any(NO_CHARACTER.search(text) for text in all_texts):
        raise InvalidInput("A text holds a character that is none: NUL, or one half of a surrogate pair.")


def texts(value: Any) -> Iterator[str]:
    """Each text in the value, as often as it stands there."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from texts(item)
        case dict():
            yield from texts(list(value.values()))


def check_question(data: Mapping[str, Any]) -> None:
    questions.check_question(question=data["question"], external_id=data["external_conversation_id"])
    questions.check_email(data["email"])
    if data.get("origin") not in {Origin.API, Origin.DUST, None}:
        raise InvalidInput("origin is API or DUST.")


def check_search(data: Mapping[str, Any]) -> None:
    usage.check_question(data["question"])


def check_delay(data: Mapping[str, Any]) -> None:
    questions.check_delay(data.get("delay_seconds") or 0)


MAX_IDS_OF = {("searchQueries", "table_ids"): 10, ("getTableQueries", "table_ids"): 50}
RULES: dict[str, Rule] = {
    "addAiAssistantJob": check_question,
    "addTeamUsers": people.check_team_users,
    "attachTags": knowledge.check_tags,
    "createColumns": warehouse.check_new_columns,
    "createDatabases": warehouse.check_new_databases,
    "createExternalLinks": warehouse.check_new_links,
    "createSchemas": warehouse.check_new_schemas,
    "createSource": warehouse.check_new_source,
    "createTables": warehouse.check_new_tables,
    "createTerm": knowledge.check_new_term,
    "deleteExternalLinks": warehouse.check_former_links,
    "deleteLineages": lineage.check_lineages,
    "deleteTerm": knowledge.check_former_term,
    "detachTags": knowledge.check_tags,
    "getAiAssistantJobResult": check_delay,
    "removeDataQualities": usage.check_former_quality_checks,
    "removePinnedAssets": knowledge.check_pins,
    "removeTeamOwners": owners.check_former_team_ownership,
    "removeTeamUsers": people.check_team_users,
    "removeUserOwners": owners.check_former_user_ownership,
    "searchQueries": check_search,
    "updateColumnDescriptions": warehouse.check_column_metadata,
    "updateColumns": warehouse.check_column_changes,
    "updateColumnsMetadata": warehouse.check_column_metadata,
    "updateDashboardsDocumentation": documentation.check_documentation,
    "updateDatabases": warehouse.check_place_changes,
    "updateExternalLinks": warehouse.check_link_changes,
    "updateSchemas": warehouse.check_place_changes,
    "updateSource": warehouse.check_source_change,
    "updateTableDescriptions": warehouse.check_table_descriptions,
    "updateTables": warehouse.check_table_changes,
    "updateTablesDocumentation": documentation.check_documentation,
    "updateTerm": knowledge.check_term_change,
    "updateTermsDocumentation": documentation.check_documentation,
    "upsertDataQualities": usage.check_quality_runs,
    "upsertLineages": lineage.check_lineages,
    "upsertPinnedAssets": knowledge.check_pins,
    "upsertTeam": people.check_team,
    "upsertTeamOwners": owners.check_team_ownership,
    "upsertUserOwners": owners.check_user_ownership,
}
