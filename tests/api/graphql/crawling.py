"""Every way to ask one query: each filter alone, each key of sorting, pages and cursors."""

import re

from graphql import GraphQLEnumType, get_named_type, get_nullable_type, is_list_type

from tests.api.graphql.everything import QUERIES, REQUIRED, scope_fields, sorting_keys

UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
ZERO = "00000000-0000-0000-0000-000000000000"  # less than any id


def ways(name, marker, ids):
    """The variables of each call; all that they say is of the account that was filled with this marker."""
    base = plain(name, marker)
    yield base
    for field in scope_fields(name):
        yield from filtered(name, field, marker, ids)
    for key in sorting_keys(name):
        yield base | {"sorting": [{"sortingKey": key, "direction": "DESC", "nullsPriority": "FIRST"}]}
    if "pagination" in QUERIES[name].args:
        yield from (base | {"pagination": page} for page in pages(ids))


def plain(name, marker):
    """The variables of a call that looks for nothing in particular."""
    return REQUIRED.get(name, {}) | ({"data": {"question": marker}} if name == "searchQueries" else {})


def filtered(name, field, marker, ids):
    """The variables of the calls with this filter alone."""
    required = {"tableIds": ids["table"]} if name == "searchQueries" else {}
    for value in values(field, scope_fields(name)[field].type, marker, ids):
        yield plain(name, marker) | {"scope": required | {field: value}}


def values(field, kind, marker, ids):
    meant = [found for asset, found in ids.items() if asset in field.lower().replace("warehouse", "source")]
    if is_list_type(get_nullable_type(kind)):
        return [*(meant or [[each[0] for each in ids.values()]]), [], ["no id"]]
    named = get_named_type(kind)
    if isinstance(named, GraphQLEnumType):
        return list(named.values)
    if named.name == "Boolean":
        return [True, False]
    if field.endswith("Id"):
        return [*(each[0] for each in meant), "no id"]
    column = re.sub("([A-Z])", r"_\1", field).lower()
    return [marker, f"{marker}-{column}-0"]


def pages(ids):
    """Two pages with numbers, and those behind an id that is less than any, and less than any of theirs."""
    yield from ({"nbPerPage": 1, "page": page} for page in (0, 1))
    cursors = (ZERO, min(one for each in ids.values() for one in each))
    yield from ({"nbPerPage": 10_000, "greaterThanId": cursor} for cursor in cursors)


def traces(answer, marker, ids):
    """What an answer holds of the account that was filled with this marker."""
    text = answer.content.decode()
    theirs = {one for each in ids.values() for one in each}
    return (theirs & set(UUID.findall(text))) | ({marker} if marker in text else set())
