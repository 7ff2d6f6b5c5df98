"""Which nested objects each operation gives, and how they are read: in one query each, however long the page."""

from collections.abc import Iterable

from django.db.models import Prefetch

from catalog.models import Term

EDITORS = {"entityEditors", "entityEditors.sourceUser", "entityEditors.sourceUser.unifiedUser"}
OWNERS = {
    *("ownerEntities", "ownerEntities.ownerLabel", "ownerEntities.unifiedUser", "ownerEntities.user"),
    *("teamOwnerEntities", "teamOwnerEntities.ownerLabel", "teamOwnerEntities.team"),
}
TAGS = {"tagEntities", "tagEntities.tag"}
PLACE_OF_COLUMN = {"databaseId", "schemaId"}  # of its table: to be read like a relation, and given to everybody
PLACE = ("schema", "schema.database", "schema.database.warehouse")


def below(relation: str, *paths: str) -> set[str]:
    """The relation, and these below it."""
    return {relation, *(f"{relation}.{path}" for path in paths)}


PINNED = {
    *below("fromDashboard", "source"),
    *below("fromTable", *PLACE),
    *below("fromTerm", "parentTerm"),
    *below("toColumn", "table", *(f"table.{path}" for path in PLACE)),
    *below("toDashboard", "source"),
    *below("toDashboardField", "dashboard", "dashboard.source"),
    *below("toTable", *PLACE),
    *below("toTerm", "parentTerm"),
}
# Operations that are not listed give none.
RELATIONS: dict[str, set[str]] = {
    "createTerm": {"linkedTag"},  # not in the documentation, and asked for by a client that works with the real API
    "getColumnJoins": below("firstColumn", "table") | below("secondColumn", "table"),
    "getColumns": TAGS | below("table", "schema", "schema.database"),
    "getDashboardFields": below("dashboard", "source"),
    "getDashboards": OWNERS | EDITORS | TAGS | {"source", "verifiedBy"},
    "getDataProducts": below("dashboard", *TAGS) | below("table", *TAGS) | below("term", *TAGS),
    "getDataQualities": {"column", "table"},
    "getDatabases": {"warehouse"},
    "getPinnedAssets": PINNED,
    "getSchemas": below("database", "warehouse"),
    "getTables": OWNERS | EDITORS | TAGS | {*PLACE, "externalLinks", "verifiedBy"},
    "getTerms": OWNERS | EDITORS | TAGS | {"childrenTerms", "linkedTag", "parentTerm", "verifiedBy"},
    "updateColumnDescriptions": TAGS,
    "updateColumnsMetadata": TAGS,
    "updateTerm": {"linkedTag"},  # as of createTerm
    "upsertPinnedAssets": PINNED,
}
# The rows' own names, where they differ from the API's; of a column's place, what has to be read for it.
ATTRIBUTES = {
    "childrenTerms": "children_terms",
    "databaseId": "table__schema",
    "entityEditors": "entity_editors",
    "externalLinks": "external_links",
    "firstColumn": "first_column",
    "fromDashboard": "from_dashboard",
    "fromTable": "from_table",
    "fromTerm": "from_term",
    "linkedTag": "linked_tag",
    "ownerEntities": "owner_entities",
    "ownerLabel": "owner_label",
    "parentTerm": "parent_term",
    "schemaId": "table",
    "secondColumn": "second_column",
    "sourceUser": "source_user",
    "tagEntities": "tag_entities",
    "teamOwnerEntities": "team_owner_entities",
    "toColumn": "to_column",
    "toDashboard": "to_dashboard",
    "toDashboardField": "to_dashboard_field",
    "toTable": "to_table",
    "toTerm": "to_term",
    "unifiedUser": "user",
    "verifiedBy": "verified_by_user",
    "warehouse": "source",
}


TO_MANY = {"children_terms", "entity_editors", "external_links", "tag_entities"}
TO_MANY |= {"owner_entities", "team_owner_entities"}
READ = "{}_read"  # where the rows of these are put: a list costs less than the query that Django would make of them


def refused_relations(operation: str, asked: Iterable[str]) -> list[str]:
    """Those of the relations asked for that the operation does not give, in the order of the selection."""
    allowed = RELATIONS.get(operation, set())
    refused = (path for path in dict.fromkeys(asked) if path not in allowed)
    return [path for path in refused if path.rpartition(".")[2] not in PLACE_OF_COLUMN]


def prefetches_for(asked: Iterable[str]) -> list[str | Prefetch]:
    """What `prefetch_related` takes to read these relations."""
    prefetches: list[str | Prefetch] = []
    for path in asked:
        *through, last = (ATTRIBUTES.get(name, name) for name in path.split("."))
        before = "".join(f"{READ.format(name) if name in TO_MANY else name}__" for name in through)
        if last in TO_MANY:
            rows = Term.objects.undeleted() if last == "children_terms" else None
            prefetches.append(Prefetch(f"{before}{last}", queryset=rows, to_attr=READ.format(last)))
        else:
            prefetches.append(f"{before}{last}")
        if path.endswith("unifiedUser"):
            prefetches.append(f"{before}user__teams")  # it says the ids of its teams
    return prefetches
