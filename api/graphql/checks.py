"""What is wrong with the arguments of an operation before anything stored is looked at: answered with 400.

One table: a field at the root, and what checks its `data`. Services check the same again, for other doors.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings

from accounts import rules as people
from api.graphql.enums import Origin
from api.graphql.paging import check_pagination
from catalog.errors import InvalidInput
from catalog.rules import (
    columns,
    documentation,
    lineage,
    links,
    owners,
    pins,
    places,
    quality,
    questions,
    sources,
    tables,
    tags,
    terms,
)

IDS = 10_000  # in a list of a scope
SEARCH_LENGTH = 2_000  # characters of a text that a scope looks for; SQLite takes no pattern of 50,000 bytes
SORTINGS = 10  # of a query; no query has so many keys
TEXTS = settings.DATA_UPLOAD_MAX_MEMORY_SIZE  # characters
NO_CHARACTER = re.compile("[\0\ud800-\udfff]")
QUESTION_LENGTH = 10_000  # characters, of a question to the assistant; less than that
DELAY = range(11)  # seconds

Check = Callable[[Any], None]


def check_inputs(operation: str, arguments: Mapping[str, Any]) -> None:
    """Raises InvalidInput with a sentence; the rules of `catalog` and `accounts` raise theirs."""
    check_pagination(arguments.get("pagination"))
    check_scope(operation, arguments.get("scope"))
    check_sorting(arguments.get("sorting"))
    if operation in CHECKS:
        CHECKS[operation](arguments["data"])


def check_scope(operation: str, scope: Mapping[str, Any] | None) -> None:
    if operation == "getFieldLineages" and not any(value is not None for value in (scope or {}).values()):
        raise InvalidInput("The scope of getFieldLineages may not be empty: say what to look for.")
    for name, value in (scope or {}).items():
        most = MOST_IDS.get((operation, name), IDS)
        if isinstance(value, list) and len(value) > most:
            raise InvalidInput(f"{name} has {len(value):,} ids: {most:,} are possible.")
        if isinstance(value, str) and len(value) > SEARCH_LENGTH:
            raise InvalidInput(f"{name} has {len(value):,} characters: {SEARCH_LENGTH:,} are possible.")


def check_sorting(sortings: Sequence[object] | None) -> None:
    if sortings and len(sortings) > SORTINGS:
        raise InvalidInput(f"sorting has {len(sortings):,} keys: {SORTINGS} are possible.")


def check_texts(arguments: Any) -> None:
    """Raises InvalidInput for what no database can keep and no answer can hold, and for a variable that is used until
    its text has become more than a body can bring.
    """
    found = list(texts(arguments))
    if (length := sum(map(len, found))) > TEXTS:
        raise InvalidInput(f"The texts of this call have {length:,} characters together: {TEXTS:,} are possible.")
    if any(NO_CHARACTER.search(text) for text in found):
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
    if len(data["question"]) >= QUESTION_LENGTH:
        raise InvalidInput(f"A question has fewer than {QUESTION_LENGTH:,} characters.")
    if data.get("origin") not in {Origin.API, Origin.DUST, None}:
        raise InvalidInput("origin is API or DUST.")


def check_search(data: Mapping[str, Any]) -> None:
    questions.check_question(data["question"])


def check_delay(data: Mapping[str, Any]) -> None:
    if (data.get("delay_seconds") or 0) not in DELAY:
        raise InvalidInput(f"delaySeconds is 0 to {DELAY[-1]}.")


MOST_IDS = {("searchQueries", "table_ids"): 10, ("getTableQueries", "table_ids"): 50}
CHECKS: dict[str, Check] = {
    "addAiAssistantJob": check_question,
    "addTeamUsers": people.check_team_users,
    "attachTags": tags.check_tags,
    "createColumns": columns.check_new_columns,
    "createDatabases": places.check_new_databases,
    "createExternalLinks": links.check_new_links,
    "createSchemas": places.check_new_schemas,
    "createSource": sources.check_source,
    "createTables": tables.check_new_tables,
    "createTerm": terms.check_term,
    "deleteExternalLinks": links.check_link_updates,
    "deleteLineages": lineage.check_lineages,
    "detachTags": tags.check_tags,
    "getAiAssistantJobResult": check_delay,
    "removeDataQualities": quality.check_former_quality_checks,
    "removePinnedAssets": pins.check_pins,
    "removeTeamOwners": owners.check_former_owner,
    "removeTeamUsers": people.check_team_users,
    "removeUserOwners": owners.check_former_owner,
    "searchQueries": check_search,
    "updateColumnDescriptions": columns.check_column_updates,
    "updateColumns": columns.check_column_updates,
    "updateColumnsMetadata": columns.check_column_updates,
    "updateDashboardsDocumentation": documentation.check_documentation,
    "updateDatabases": places.check_place_updates,
    "updateExternalLinks": links.check_link_updates,
    "updateSchemas": places.check_place_updates,
    "updateSource": sources.check_source,
    "updateTableDescriptions": tables.check_table_updates,
    "updateTables": tables.check_table_updates,
    "updateTablesDocumentation": documentation.check_documentation,
    "updateTerm": terms.check_term,
    "upsertDataQualities": quality.check_quality_checks,
    "upsertLineages": lineage.check_lineages,
    "upsertPinnedAssets": pins.check_pins,
    "upsertTeam": people.check_team,
    "upsertTeamOwners": owners.check_owner,
    "upsertUserOwners": owners.check_owner,
}
