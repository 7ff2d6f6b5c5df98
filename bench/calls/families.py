"""The calls of `bench calls`: families of bodies, each of any size. Most are made to cost as much as they can."""

import json
import uuid
from collections.abc import Callable
from typing import Any

from graphql import GraphQLObjectType, get_introspection_query, get_named_type

from api.graphql.relations import RELATIONS
from api.graphql.schema import public
from api.graphql.selections import NOT_RELATIONS, PAGE_ROWS

Family = Callable[[int], bytes]  # the body of a call of this size
BOUNDED_ROWS = 2_000  # of an answer that is bounded
IDS = [str(uuid.uuid4()) for _ in range(12_000)]


def said(query: str, **variables: Any) -> bytes:
    return json.dumps({"query": query, "variables": variables}).encode()


def times(pattern: str, size: int) -> str:
    """The pattern so often, with its number for each #."""
    return " ".join(pattern.replace("#", str(number)) for number in range(size))


def selected(operation: str, kind: GraphQLObjectType, path: str = "") -> str:
    """All that the operation gives of this type, with all relations."""
    words = []
    for name, field in kind.fields.items():
        inner, here = get_named_type(field.type), f"{path}{name}"
        if not isinstance(inner, GraphQLObjectType):
            words.append(name)
        elif name == PAGE_ROWS or inner.name in NOT_RELATIONS:
            words.append(f"{name} {{ {selected(operation, inner, path)} }}")
        elif here in RELATIONS.get(operation, ()):
            words.append(f"{name} {{ {selected(operation, inner, f'{here}.')} }}")
    return " ".join(words)


def page_of(*operations: str) -> Family:
    """Everything of a page of so many rows of each."""
    return lambda size: said(f"query($n: Int!) {{ {' '.join(everything_of(name) for name in operations)} }}", n=size)


def everything_of(operation: str) -> str:
    field = public.query_type.fields[operation]  # type: ignore[union-attr]
    scope = ", scope: {hasDashboardChild: true}" if operation == "getFieldLineages" else ""
    return f"{operation}(pagination: {{nbPerPage: $n}}{scope}) {{ {selected(operation, get_named_type(field.type))} }}"


def bounded_size(family: str) -> int:
    """The longest page of the family with which the answer is still bounded."""
    return BOUNDED_ROWS // len(TOGETHER) if family == SEVERAL else BOUNDED_ROWS


def again(size: int) -> bytes:
    """Everything of the longest page that is bounded, and a relation so many times more."""
    below = selected("getTables", public.type_map["Table"])  # type: ignore[arg-type]
    more = times("a#: tagEntities { tag { id label } }", size)
    return said(
        f"{{ getTables(pagination: {{nbPerPage: {BOUNDED_ROWS}}}) {{ totalCount data {{ {below} {more} }} }} }}"
    )


def of_ids(text: str, *, roots: bool = False) -> Family:
    """So many ids as a variable; with `roots`, ten fields at the root share them."""
    asked = times(f"a#: {text}", 10) if roots else text
    return lambda size: said(f"query($i: [String!]) {{ {asked} }}", i=IDS[:size])


def document(before: str, pattern: str, after: str) -> Family:
    return lambda size: said(before + times(pattern, size) + after)


def text(before: str, character: str, after: str) -> Family:
    return lambda size: said(before + character * size + after)


def raw(before: str, pattern: str, after: str = "") -> Family:
    """JSON as it is written here."""
    return lambda size: (before + pattern * size + after).encode()


def meshed(size: int) -> bytes:
    """Fragments, each of which spreads all that follow."""
    spread = "".join(f" fragment f{i} on Table {{ id {times('...f#', i)} }}" for i in range(size))
    return said(f"{{ getTables {{ data {{ ...f{size - 1} }} }} }}{spread}")


def doubled(size: int) -> bytes:
    """Fragments, each of which spreads the next one twice, the last one a fragment that there is not."""
    spread = " ".join(f"fragment f{i} on GetTablesOutput {{ ...f{i + 1} ...f{i + 1} }}" for i in range(size))
    return said(f"{{ getTables {{ ...f0 }} }} {spread}")


def nested(before: str, opening: str, middle: str, closing: str, after: str) -> Family:
    return lambda size: said(before + opening * size + middle + closing * size + after)


ROWS, TAIL = "{ getTables { data { ", " } } }"
BODY = '{"query": "{ getTables { page } }", "variables": {"a": '
PAGES = ["getColumnJoins", "getColumns", "getDashboardFields", "getDashboards", "getDataProducts", "getDataQualities"]
PAGES += ["getDatabases", "getFieldLineages", "getLineages", "getPinnedAssets", "getSchemas", "getSources"]
PAGES += ["getTableQueries", "getTables", "getTags", "getTerms"]
TOGETHER = ["getColumnJoins", "getColumns", "getDashboards", "getTables"]
SEVERAL = "everything of several pages"
TABLES = "getTables(scope: {ids: $i}) { totalCount data { id } }"
COLUMNS = "getColumns(scope: {ids: $i, tableIds: $i, sourceIds: $i, schemaIds: $i, databaseIds: $i}) { totalCount }"
MUTATION = "mutation($r: [UpdateTableDocumentationInput!]!) { updateTablesDocumentation(data: $r) { id } }"
FAMILIES: dict[str, Family] = {
    **{f"everything of {name}": page_of(name) for name in PAGES},
    SEVERAL: page_of(*TOGETHER),
    "ids": of_ids(TABLES),
    "ids of joins": of_ids("getColumnJoins(scope: {ids: $i, tableIds: $i, columnIds: $i}) { totalCount data { id } }"),
    "ids of columns": of_ids(COLUMNS),
    "ids for ten fields": of_ids(TABLES, roots=True),
    "ids of columns for ten fields": of_ids(COLUMNS, roots=True),
    "ids in the document": document("{ getTables(scope: {ids: [", f'"{IDS[0]}"', "]}) { page } }"),
    "sorting in the document": document("{ getTables(sorting: [", "{sortingKey: name}", "]) { page } }"),
    "keys of sorting": document("{ getTables(sorting: [", "{sortingKey: levelOfCompletion}", "]) { data { id } } }"),
    "rows of a mutation": lambda size: said(MUTATION, r=[{"id": "x", "descriptionMarkdown": "y" * 90}] * size),
    "fields at the root": document("{", "getTags { page }", "}"),
    "schemas": document("{", "a#: __schema { types { name } }", "}"),
    "types": document("{", 'a#: __type(name: "Query") { fields { type { fields { name } } } }', "}"),
    "introspection with comments": lambda size: said(get_introspection_query() + "\n#" * size),
    "introspection": document("{ __schema { types {", "a#: fields { name description args { name } }", "} } }"),
    "introspection of types": document("{ __schema { types {", "a#: fields { type { name kind } }", "} } }"),
    "the same field": document(ROWS, "id", TAIL),
    "aliases": document(ROWS, "a#: description", TAIL),
    "aliases of relations": document(ROWS, "a#: tagEntities { tag { id label } }", TAIL),
    "everything and relations again": again,
    "fragments": document(
        f"{ROWS} ...f0 {TAIL}", "fragment f# on Table { id name url popularity createdAt description }", ""
    ),
    "meshed fragments": meshed,
    "doubled fragments": doubled,
    "operations": document("", "query q# { getTables { ...f } }", " fragment f on GetTablesOutput { page totalCount }"),
    "levels": nested("{ getTerms { data { ", "parentTerm { ", "id", " }", " } } }"),
    "variables": document("query(", "$v#: Int", ") { getTables { page } }"),
    "unknown types": document("query(", "$v#: UpdateTableColumnDescriptionsInpux", ") { getTables { page } }"),
    "fragments of unknown types": document(
        "{ getTables { page } } ", "fragment f# on UpdateTableColumnDescriptionsInpux { id }", ""
    ),
    "unknown fields": document(ROWS, "descriptionRbx#", TAIL),
    "unknown operations": document("{", "getDashboardFieldx#", "}"),
    "unknown filters": document("{ getTables(scope: {", "pathContainx#: 1", "}) { page } }"),
    "lists in lists": nested("{ getTables(scope: {ids: ", "[", "1", "]", "}) { page } }"),
    "escapes of a text": text('{ getTables(scope: {pathContains: "', "\\u0041", '"}) { page } }'),
    "JSON: texts": raw(BODY + "[", '"x", ', "1]}}"),
    "JSON: lists": raw(BODY + "[", "[], ", "1]}}"),
    "JSON: numbers": raw(BODY + "[", "1.5, ", "1]}}"),
    "JSON: long numbers": raw(BODY + "[", "1" * 4_299 + ", ", "1]}}"),
    "JSON: a text without an end": raw("[" + "," * 50_001 + '"', '\\"'),
    "wrong variables": lambda size: said(
        "query($s: [TableSorting!]) { getTables(sorting: $s) { page } }", s=[{"sortingKex": "popularitx"}] * size
    ),
    "wrong filters": lambda size: said(
        "query($s: GetTablesScope) { getTables(scope: $s) { page } }", s={f"pathContainx{i}": 1 for i in range(size)}
    ),
}
