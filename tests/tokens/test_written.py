"""What a token wrote: on Settings > API, and before it is revoked or replaced."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import audit
from accounts.actors import Actor
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

PAGES = ("settings-api", "token-revoke-confirm", "token-new")


@pytest.fixture
def token(acme):
    return generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now()).token


def write(token, *, count, days):
    by, at = Actor(token.mask, door="graphql", token_id=token.pk), timezone.now() - timedelta(days=days)
    audit.record("update_tables", kind="table", ids=[1] * count, by=by, now=at, account=token.account)


def address(page, token):
    return reverse(page, args=[token.pk] if page == "token-revoke-confirm" else [])


@pytest.mark.parametrize("page", PAGES)
def test_how_much_a_token_wrote_is_said_with_the_way_to_it(signed_in, ada, token, page):
    write(token, count=1_200, days=3)
    write(token, count=34, days=1)
    response = signed_in(ada).get(address(page, token))
    assert ">Wrote 1,234 changes</a>" in response.content.decode()
    query = f"?token={token.pk}"
    assert reverse("activity") + query in response.content.decode()
    acts = signed_in(ada).get(reverse("activity") + query).context["acts"]
    assert [act.count for act in acts] == [34, 1_200]


@pytest.mark.parametrize("page", PAGES)
def test_of_a_token_that_wrote_nothing_nothing_is_said(signed_in, ada, token, eve, page):
    write(generate_token(eve.account, scope=Scope.READ_WRITE, by=None, now=timezone.now()).token, count=1, days=1)
    assert "Wrote" not in signed_in(ada).get(address(page, token)).content.decode()


def test_the_history_leads_from_a_token_that_has_ended_to_what_it_wrote(signed_in, ada, token):
    write(token, count=34, days=1)
    revoke_token(token, by=None, now=timezone.now())
    address = f"{reverse('activity')}?token={token.pk}"
    assert f'href="{address}"' in signed_in(ada).get(reverse("token-history")).content.decode()
    assert [act.count for act in signed_in(ada).get(address).context["acts"]] == [34]
