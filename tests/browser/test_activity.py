"""Settings > Activity in a real browser: readable by everybody, on any screen."""

import pytest
from django.utils import timezone

from accounts import audit, services, teams
from accounts.actors import COMMAND_LINE, Actor
from accounts.models import User
from tests.browser.conftest import enter, serious
from tests.browser.test_usage import picture

pytestmark = pytest.mark.django_db(transaction=True)

OLGA = Actor("olga@catalog.test", door="admin")


def fill(acme, ada, carol):
    now = timezone.now()
    by_token = Actor("cat_rw_eu_••••••••wxyz", door="graphql")
    services.rename_account(acme, name="Acme Ltd", shown=1, by=OLGA, now=now)
    services.change_user(carol, changes={"role": User.Role.ADMIN}, shown=1, by=OLGA, now=now)
    services.create_user(f"{'w' * 60}@acme.test", account=acme, by=OLGA, now=now)
    services.note_bounce(carol, carol.email, now=now)
    team = teams.upsert_team(acme, row={"name": "<b>Data</b> " + "W" * 80}, by=by_token, now=now)
    teams.add_team_users(acme, row={"id": str(team.pk), "emails": [ada.email, carol.email]}, by=by_token, now=now)


@pytest.mark.parametrize("width", [1200, 375])
def test_activity_is_accessible_and_fits(page, ada, carol, acme, width):
    page.set_viewport_size({"width": width, "height": 900})
    enter(page, ada)
    for name, address in (("empty", "/settings/activity/"), ("none", "/settings/activity/?who=nobody")):
        page.goto(address)
        assert serious(page) == []
        picture(page, f"activity-{name}-{width}")
    fill(acme, ada, carol)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto("/settings/activity/")
        assert serious(page) == []
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, f"activity-{width}")


def test_who_and_when_stay_whole_beside_a_long_detail(page, ada, acme):
    now = timezone.now()
    audit.record("bring_in", kind="row", ids=[1], by=COMMAND_LINE, now=now, account=acme, detail="12 of a kind, " * 20)
    page.set_viewport_size({"width": 1200, "height": 900})
    enter(page, ada, at="/settings/activity/")
    lines = page.locator("td > bdi, td time").evaluate_all("all => all.map((one) => one.getClientRects().length)")
    assert lines == [1, 1]


def test_fields_of_the_filter_look_alike(page, ada):
    enter(page, ada, at="/settings/activity/")
    look = "all => [...new Set(all.map((one) => getComputedStyle(one).backgroundColor))].length"
    assert page.locator(".filter input, .filter select").evaluate_all(look) == 1


def test_what_happened_is_found_by_who_and_what(page, ada, carol, acme):
    fill(acme, ada, carol)
    enter(page, ada)
    page.get_by_role("link", name="Activity").click()
    page.get_by_label("Who").fill("olga")
    page.get_by_label("What").select_option("Person changed")
    page.get_by_role("button", name="Show").click()
    table = page.get_by_role("region", name="Activity")
    assert table.get_by_role("row").count() == 2
    assert "carol@acme.test: role: Contributor → Admin" in table.inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    assert download.value.suggested_filename == "catalog-activity.csv"
