"""As many queries of the database for twelve rows as for three, whatever is asked for."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.api.graphql.asking import data
from tests.api.graphql.everything import QUERIES, REQUIRED, everything, rows_in
from tests.api.graphql.filling import fill
from tokens.scopes import Scope
from tokens.services import generate_token


def statements(account, rows, name):
    """What the database is asked for everything of an account with so many rows of each kind."""
    fill(account, account.slug, rows)
    secret = generate_token(account, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret
    with CaptureQueriesContext(connection) as captured:
        answer = data(secret, everything(name), **REQUIRED.get(name, {}) | {"data": {"question": account.slug}})
    assert len(rows_in(answer)) >= min(rows, 10)
    return [str(query["sql"]) for query in captured]


@pytest.mark.parametrize("name", QUERIES)
def test_the_number_of_statements_does_not_depend_on_the_number_of_rows(acme, umbrella, name):
    few, many = statements(acme, 3, name), statements(umbrella, 12, name)
    assert len(few) == len(many), "\n".join(many)
