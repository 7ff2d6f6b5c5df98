"""Settings > API > Connect, and beside a new token: what is there to copy."""

import html
import re

import pytest
from django.urls import resolve

from accounts.models import Account
from api.paths import is_door
from tests.tokens.reading import text
from tokens.recipes import RECIPES, recipes_for
from tokens.scopes import Scope

PAGE, GENERATE = "/settings/api/connect/", "/settings/api/tokens/generate/"


def recipes(response):
    """What the buttons copy, by slug; with what else their elements say."""
    found = re.findall(r'<pre id="\w+-(\w+)"([^>]*)>(.*?)</pre>', response.content.decode(), re.DOTALL)
    return {slug: (more, text) for slug, more, text in found}


def test_recipes_name_our_address_and_never_a_value(signed_in, issued, ada, settings):
    settings.API_BASE_URL = "https://api.us.example.com"
    response = signed_in(ada).get(PAGE)
    shown = recipes(response)
    assert list(shown) == [recipe.slug for recipe in recipes_for(ada.account)]
    assert all("https://api.us.example.com/" in text for _, text in shown.values())
    assert all("CATALOG_TOKEN" in text for _, text in shown.values())
    assert issued.secret not in response.content.decode()


def test_recipes_send_the_token_to_open_doors_of_this_site_alone(signed_in, ada, acme, settings):
    settings.API_BASE_URL = "https://api.us.example.com"
    Account.objects.filter(pk=acme.pk).update(mcp_access=True)
    for slug, (_, code) in recipes(signed_in(ada).get(PAGE)).items():
        addresses = re.findall(r"(\w+://[\w.:-]+)([\w/.-]*)", html.unescape(code))
        assert {host for host, _ in addresses} == {"https://api.us.example.com"}, slug
        assert all(is_door(path) and "nowhere" not in str(resolve(path).url_name) for _, path in addresses), slug


def test_recipes_of_mcp_are_shown_while_ai_clients_are_let_in(signed_in, ada, acme):
    client = signed_in(ada)
    off = client.get(PAGE)
    Account.objects.filter(pk=acme.pk).update(mcp_access=True)
    on = client.get(PAGE)
    assert ("mcp" in recipes(off), "mcp" in recipes(on)) == (False, True)
    assert list(recipes(on)) == [recipe.slug for recipe in RECIPES]
    assert "AI clients are not let in here yet: turn on MCP server access" in text(off)
    assert "how each is set up is in MCP" in text(on)
    assert all('<a href="/settings/api/mcp/">' in page.content.decode() for page in (off, on))


@pytest.mark.parametrize("dialog", [{}, {"X-Dialog": "1"}])
@pytest.mark.parametrize("scope", Scope)
def test_beside_a_new_token_recipes_have_it_in_place_until_it_is_wiped(signed_in, ada, scope, dialog):
    response = signed_in(ada).post(GENERATE, {"scope": scope}, headers=dialog)
    shown, value = recipes(response), response.context["value"]
    offered = recipes_for(ada.account)
    assert list(shown) == [recipe.slug for recipe in offered if scope in {Scope.READ_WRITE, recipe.scope}]
    assert all(value in text and "CATALOG_TOKEN" not in text for _, text in shown.values())
    assert all("data-secret" in more for more, _ in shown.values())
    assert response.content.decode().count(value) == 1 + len(shown)
    assert "no-store" in response["Cache-Control"]


def test_a_form_that_generates_nothing_shows_no_recipe(signed_in, ada):
    assert recipes(signed_in(ada).post(GENERATE, {"scope": "ALL"})) == {}
