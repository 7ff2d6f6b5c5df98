"""The recipes of Settings > API, copied from its pages and run as they stand against the shipped server."""

import html
import os
import re
import subprocess

import pytest
from django.utils import timezone

from accounts.models import Account
from catalog.models import Table
from tests.faults.test_delivery import wait_for
from tests.processes import gunicorn
from tokens.models import TokenUse
from tokens.recipes import RECIPES, recipes_for
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)


def copied(page: str, slug: str, *, where: str = "recipe") -> str:
    """The text that the button copies."""
    [recipe] = re.findall(rf'<pre id="{where}-{slug}"[^>]*>(.*?)</pre>', page, re.DOTALL)
    return html.unescape(recipe)


def run(recipe: str, value: str = "") -> subprocess.CompletedProcess[str]:
    program = "python3" if recipe.startswith("#!/usr/bin/env python3") else "bash"
    environment = {"PATH": os.environ["PATH"]} | ({"CATALOG_TOKEN": value} if value else {})
    return subprocess.run([program, "-c", recipe], env=environment, capture_output=True, text=True, check=False)


def test_each_recipe_works_as_it_stands(signed_in, acme, ada, settings, tmp_path):
    Account.objects.filter(pk=acme.pk).update(mcp_access=True)
    with gunicorn(tmp_path) as (port, _):
        settings.API_BASE_URL = f"http://127.0.0.1:{port}"
        page = signed_in(ada).get("/settings/api/connect/").content.decode()
        for recipe in RECIPES:
            issued = generate_token(
                acme, scope=recipe.scope, by=None, now=timezone.now(), replaces=open_token(acme, recipe)
            )
            done = run(copied(page, recipe.slug), issued.secret)
            assert done.returncode == 0, done.stderr
            assert not {'"errors"', '"error"', '"isError":true'} & set(re.findall(r'"\w+"(?::true)?', done.stdout))
            assert wait_for(TokenUse.objects.filter(token=issued.token, reason="").exists), recipe.slug
    assert set(Table.objects.values_list("name", flat=True)) == {"orders", "customers"}


@pytest.mark.parametrize("scope", Scope)
def test_each_recipe_beside_a_new_token_works_without_anything_else(signed_in, ada, acme, settings, server, scope):
    Account.objects.filter(pk=acme.pk).update(mcp_access=True)
    ada.account.refresh_from_db()
    settings.API_BASE_URL = f"http://127.0.0.1:{server[0]}"
    page = signed_in(ada).post("/settings/api/tokens/generate/", {"scope": scope}).content.decode()
    slugs = re.findall(r'<pre id="connect-(\w+)"', page)
    assert slugs == [recipe.slug for recipe in recipes_for(ada.account) if scope in {Scope.READ_WRITE, recipe.scope}]
    for slug in slugs:
        done = run(copied(page, slug, where="connect"))
        assert (done.returncode, '"errors"' in done.stdout, "reason" in done.stdout) == (0, False, False), done.stderr


def test_the_program_says_why_it_is_refused(signed_in, acme, ada, settings, server):
    settings.API_BASE_URL = f"http://127.0.0.1:{server[0]}"
    page = signed_in(ada).get("/settings/api/connect/").content.decode()
    weak = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    done = run(copied(page, "fill"), weak.secret)
    assert (done.returncode, done.stderr) == (1, "AuthorizationError: this operation needs a Read & Write token\n")


def open_token(acme, recipe):
    """The id of the one that the next recipe's replaces."""
    return acme.tokens.open().filter(scope=recipe.scope).values_list("pk", flat=True).first()
