"""What queries answer, in few words."""

from tests.api.graphql.asking import ask, data
from tests.api.graphql.everything import REQUIRED, document, rows_in

PLAIN_LISTS = {"getTeams", "getUsers"}


def rows(secret, name, fields, **variables):
    """The rows that the query answers, with these fields."""
    below = fields if name in PLAIN_LISTS else f"data {{ {fields} }}"
    return rows_in(data(secret, document(name, below), **REQUIRED.get(name, {}) | variables))


def found(secret, name, field="name", /, **scope):
    """One field of every row that the query finds with these filters."""
    return [row[field] for row in rows(secret, name, field, **({"scope": scope} if scope else {}))]


def in_order(secret, name, field, *keys, **how):
    """One field of every row, sorted by these keys, the first above all; how: direction, nullsPriority."""
    sorting = [{"sortingKey": key} | how for key in keys]
    return [row[field] for row in rows(secret, name, field, sorting=sorting)]


def paged(secret, name, pagination, **variables):
    """What a page says of itself, and its ids."""
    key = "hash" if name == "getTableQueries" else "id"
    below = f"nbPerPage page totalCount greatestId data {{ {key} }}"
    variables = REQUIRED.get(name, {}) | variables | {"pagination": pagination}
    return data(secret, document(name, below), **variables)[name]


def refused(secret, name, **variables):
    """The status, the code and the sentence of the one error that there must be."""
    below = "id" if name in PLAIN_LISTS else "data { __typename }"
    response = ask(secret, document(name, below), **REQUIRED.get(name, {}) | variables)
    (error,) = response.json()["errors"]
    return response.status_code, error["extensions"]["code"], error["message"]
