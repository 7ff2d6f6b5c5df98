import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from tests.catalog.factories import a_table

PAGE = "/settings/api/playground/"
VENDOR = Path(settings.BASE_DIR) / "static" / "vendor" / "graphiql"


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 200), ("ada", 200), ("olga", 403)])
def test_everybody_of_an_account_may_open_the_playground(client, request, ada, carol, olga, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == status


def test_the_policy_lets_the_page_call_the_api_and_nothing_else(signed_in, ada):
    client = signed_in(ada)
    policy, usual = (client.get(page)["Content-Security-Policy"] for page in (PAGE, "/settings/api/"))
    without_nonce = {rule for rule in policy.split("; ") if "nonce" not in rule}
    assert without_nonce - set(usual.split("; ")) == {f"connect-src 'self' {settings.API_BASE_URL}"}
    assert "unsafe" not in policy


def test_the_page_asks_its_own_host(signed_in, ada):
    page = signed_in(ada).get(PAGE).content.decode()
    assert 'data-endpoint="/public/graphql"' in page
    assert "CORS_ALLOWED_ORIGINS" not in page


def test_the_examples_are_about_a_table_of_the_account(signed_in, ada, umbrella):
    theirs, ours = a_table(umbrella), a_table(ada.account)
    page = signed_in(ada).get(PAGE).content.decode()
    assert str(ours.pk) in page
    assert str(theirs.pk) not in page


def test_an_api_elsewhere_is_asked_there_and_said(signed_in, ada, settings):
    settings.API_BASE_URL = "https://api.example.com/eu"
    page = signed_in(ada).get(PAGE).content.decode()
    assert 'data-endpoint="https://api.example.com/eu/public/graphql"' in page
    assert f"<code>{settings.BASE_URL}</code> in <code>CORS_ALLOWED_ORIGINS</code>" in page


def test_settings_and_the_menu_lead_to_the_playground(signed_in, ada, carol):
    assert signed_in(ada).get("/settings/api/connect/").content.decode().count(f'href="{PAGE}"') == 2
    assert f'href="{PAGE}"' in signed_in(carol).get("/assets/").content.decode()


def test_vendored_files_are_those_that_were_read():
    for line in (VENDOR / "SHA256SUMS").read_text().splitlines():
        digest, name = line.split()
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest, name


def test_static_files_can_be_named_after_their_content(settings, tmp_path):
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]  # ours
    settings.STATIC_ROOT = tmp_path
    backend = "whitenoise.storage.CompressedManifestStaticFilesStorage"
    settings.STORAGES = settings.STORAGES | {"staticfiles": {"BACKEND": backend}}
    call_command("collectstatic", "--no-input", verbosity=0)
    paths = json.loads((tmp_path / "staticfiles.json").read_text())["paths"]
    assert (tmp_path / paths["vendor/graphiql/graphiql.min.js"]).stat().st_size > 1_000_000
