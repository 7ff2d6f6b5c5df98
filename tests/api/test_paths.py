"""One line in `api/paths.py` is all that a door's prefix needs."""

import re

import pytest
from django.conf import settings

from api.paths import DOORS, DoorPath, called_by_browsers, is_door, never_redirected
from devtools.environment import ROOT

MCP = DoorPath("/mcp/")


@pytest.mark.parametrize("door", DOORS)
def test_a_door_is_called_by_programs_but_for_its_pages(door):
    assert is_door(f"{door.prefix}anything")
    assert not any(map(is_door, door.pages))


@pytest.mark.parametrize("path", ["/", "/settings/api/", "/apis", "/assets/api/", "/api"])
def test_what_lies_beside_a_door_is_none(path):
    assert not is_door(path)


@pytest.mark.parametrize("door", DOORS)
def test_nothing_below_a_door_redirects_to_https_but_its_pages(door):
    def exempt(path):
        return any(re.search(pattern, path.lstrip("/")) for pattern in settings.SECURE_REDIRECT_EXEMPT)

    assert exempt(f"{door.prefix}v1/docs/")
    assert not any(map(exempt, door.pages))


@pytest.mark.parametrize(("path", "open_"), [("/api/v1/token", True), ("/public/graphql", True), ("/settings/", False)])
def test_browsers_of_other_origins_call_what_says_so(path, open_):
    assert bool(re.match(settings.CORS_URLS_REGEX, path)) == open_


def test_a_new_door_redirects_nobody_and_is_closed_to_browsers():
    assert re.search(never_redirected((MCP,))[0], "mcp/server")
    assert not re.match(called_by_browsers((*DOORS, MCP)), "/mcp/server")


def test_without_a_door_for_browsers_no_path_is_open_to_them():
    assert not re.match(called_by_browsers((MCP,)), "/settings/")


@pytest.mark.parametrize("door", DOORS)
def test_the_shipped_nginx_sends_no_call_of_a_door_elsewhere(door):
    patterns = re.findall(r"location ~ (\S+(?:api|warehouse)\S+) \{", (ROOT / "deploy/nginx.conf").read_text())
    assert [bool(re.search(pattern, f"{door.prefix}anything")) for pattern in patterns].count(True) == 1
