"""No query tells an account anything of another one, however it is asked."""

import pytest
from django.utils import timezone

from tests.api.graphql.asking import ask
from tests.api.graphql.crawling import filtered, plain, traces, ways
from tests.api.graphql.everything import QUERIES, everything, scope_fields
from tests.api.graphql.filling import fill
from tests.factories import AccountFactory
from tokens.scopes import Scope
from tokens.services import generate_token

THEIRS = "umbrellamark"
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def acme(rows_of_module):
    return AccountFactory.create(name="Acme", slug="acme")


@pytest.fixture(scope="module")
def umbrella(rows_of_module):
    return AccountFactory.create(name="Umbrella", slug="umbrella")


@pytest.fixture(scope="module")
def theirs(acme, umbrella):
    """The ids of Umbrella's rows, by kind; Acme has as many of its own."""
    fill(acme, "acmemark", 2)
    return fill(umbrella, THEIRS, 2) | {"account": [str(umbrella.uuid)]}


@pytest.fixture
def spy(acme):
    """The value of the token that asks for what is not its own."""
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret


@pytest.mark.parametrize("name", QUERIES)
def test_nobody_learns_anything_of_another_account(spy, theirs, name):
    document = everything(name)
    for variables in ways(name, THEIRS, theirs):
        answer = ask(spy, document, **variables)
        assert answer.status_code == 200, (variables, answer.content)
        assert not traces(answer, THEIRS, theirs), variables


@pytest.mark.parametrize("name", QUERIES)
def test_everybody_finds_what_is_their_own_by_every_filter(stranger, theirs, name):
    document = everything(name)
    assert traces(ask(stranger, document, **plain(name, THEIRS)), THEIRS, theirs)
    for field in scope_fields(name):
        answers = (ask(stranger, document, **variables) for variables in filtered(name, field, THEIRS, theirs))
        assert any(traces(answer, THEIRS, theirs) for answer in answers), field
