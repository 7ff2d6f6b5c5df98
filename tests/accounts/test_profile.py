"""One's own profile: names, how dates are written, and where one is signed in."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.test import Client

from accounts.browsers import browser_name
from accounts.links import password_link
from accounts.models import AuditEntry, Session, User
from tests.factories import PASSWORD

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0"
WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
SAFARI = f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) {WEBKIT} Version/18.5 Mobile/15E148 Safari/604.1"
EDGE = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/139.0.0.0 Safari/537.36 Edg/139.0.0.0"
ELSEWHERE = "/profile/sign-out-elsewhere/"


@pytest.fixture(autouse=True)
def forget_attempts(db):
    cache.clear()


def browser(user, agent=FIREFOX):
    """Somebody signed in, with this program."""
    client = Client(headers={"User-Agent": agent})
    client.post("/accounts/login/", {"login": user.email, "password": PASSWORD})
    assert SESSION_KEY in client.session
    return client


def save(client, user, **changes):
    user.refresh_from_db()
    known = {"first_name": user.first_name, "last_name": user.last_name, "dates": user.dates, "shown": user.version}
    return client.post("/profile/", known | changes)


# --- Who and where ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("who", "said"), [("ada", "Acme"), ("olga", "Operator")])
def test_every_page_says_who_and_where(request, signed_in, who, said):
    user = request.getfixturevalue(who)
    page = signed_in(user).get("/profile/").content.decode()
    summary = page.partition("<summary>")[2].partition("</summary>")[0]
    assert user.email in summary
    assert said in summary
    assert summary.endswith("EU")


@pytest.mark.parametrize(("who", "shown"), [("ada", False), ("olga", True)])
def test_operators_are_led_to_email_delivery_and_health(request, signed_in, who, shown):
    client = signed_in(request.getfixturevalue(who))
    assert ("/admin/notifications/delivery/#health" in client.get("/profile/").content.decode()) is shown


def test_the_admin_leads_there_too(signed_in, olga):
    index = signed_in(olga).get("/admin/").content.decode()
    assert index.count("/admin/notifications/delivery/#health") == 2  # above every page, and on the index


def test_the_sign_in_page_says_what_this_is(client, db):
    assert "Your company's data catalog" in client.get("/accounts/login/").content.decode()


# --- Names and dates -------------------------------------------------------------------------------


def test_somebody_changes_their_own_names_and_it_is_on_record(signed_in, ada):
    assert save(signed_in(ada), ada, first_name=" Ada ", last_name="Ngata").headers["Location"] == "/profile/"
    ada.refresh_from_db()
    assert ada.full_name == "Ada Ngata"
    entry = AuditEntry.objects.get()
    assert (entry.operation, entry.actor, entry.door) == ("change_user", ada, "page")
    assert entry.detail == "ada@acme.test: first name: – → Ada, last name: – → Ngata"


@pytest.mark.parametrize("name", ["a\u202eb", "x" * 81])
def test_an_odd_name_is_refused_with_a_sentence(signed_in, ada, name):
    answer = save(signed_in(ada), ada, first_name=name)
    assert answer.status_code == 422
    assert "at most 80 characters" in answer.content.decode()
    assert User.objects.get(pk=ada.pk).first_name == ""


def test_nobody_gives_themselves_a_role(signed_in, carol):
    save(signed_in(carol), carol, role="ADMIN", is_staff="on", email="x@x.test", status="PENDING")
    after = User.objects.get(pk=carol.pk)
    assert (after.role, after.is_staff, after.email) == (carol.role, False, carol.email)


def test_a_form_that_shows_an_older_profile_changes_nothing(signed_in, ada):
    answer = signed_in(ada).post("/profile/", {"first_name": "Ada", "shown": ada.version + 1}, follow=True)
    assert "changed your profile meanwhile" in answer.content.decode()
    assert User.objects.get(pk=ada.pk).first_name == ""


@pytest.mark.parametrize(
    ("choice", "written"),
    [("", "24 Nov 2026, 12:00 UTC"), ("en-US", "Nov 24, 2026, 12:00 PM UTC"), ("iso", "2026-11-24 12:00 UTC")],
)
def test_pages_write_dates_as_the_reader_chose(signed_in, ada, issued, choice, written):
    client = signed_in(ada)
    save(client, ada, dates=choice)
    assert written in client.get("/settings/api/history/").content.decode()


def test_the_browser_is_told_the_choice(signed_in, ada):
    client = signed_in(ada)
    assert "data-dates" not in client.get("/profile/").content.decode()
    save(client, ada, dates="iso")
    assert 'data-dates="sv-SE" data-date-style="short"' in client.get("/profile/").content.decode()


def test_another_way_to_write_dates_is_none(signed_in, ada):
    assert save(signed_in(ada), ada, dates="de").status_code == 422


# --- Where one is signed in ------------------------------------------------------------------------


def listed(client):
    return client.get("/profile/").context["sign_ins"]


def test_the_list_names_browsers_and_marks_this_one(ada, eve):
    browser(eve)
    first, second = browser(ada), browser(ada, SAFARI)
    assert [(one.browser, one.is_this_one) for one in listed(second)] == [
        ("Safari 18 on iPhone", True),
        ("Firefox 141 on Linux", False),
    ]
    assert {one.ip for one in listed(first)} == {"127.0.0.1"}


def test_signing_out_elsewhere_asks_and_then_leaves_this_browser_alone(ada):
    here, there = browser(ada), browser(ada, SAFARI)
    assert "Sign out elsewhere?" in here.get(ELSEWHERE).content.decode()
    assert there.get("/profile/").status_code == 200  # asking does nothing
    assert here.post(ELSEWHERE).headers["Location"] == "/profile/"
    assert [one.is_this_one for one in listed(here)] == [True]
    assert there.get("/profile/").headers["Location"].startswith("/accounts/login/")
    assert AuditEntry.objects.get().operation == "end_other_sign_ins"


@pytest.mark.parametrize("page", [ELSEWHERE, "/accounts/password/change/"])
@pytest.mark.parametrize(("who", "said"), [("ada", True), ("carol", False)])
def test_what_ends_a_calendar_s_address_says_so_to_who_can_have_one(request, signed_in, page, who, said):
    answer = signed_in(request.getfixturevalue(who)).get(page).content.decode()
    assert ("its address ends" in answer) is said


def test_a_session_that_the_list_does_not_know_ends_as_well(ada, signed_in):
    unknown, here = signed_in(ada), browser(ada)
    Session.objects.filter(pk=unknown.session.session_key).update(user=None)
    here.post(ELSEWHERE)
    assert unknown.get("/profile/").status_code == 302


def test_links_that_set_a_password_end_with_it_and_this_browser_stays_known(ada):
    link, here = password_link(ada), browser(ada)
    device = here.cookies["catalog-device"].value
    here.post(ELSEWHERE)
    assert here.cookies["catalog-device"].value != device
    assert "does not work any more" in here.get(link, follow=True).content.decode()


def test_a_new_password_takes_the_others_off_the_list(ada):
    here, _there = browser(ada), browser(ada)
    new = "a new passphrase"
    answer = here.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    assert answer.headers["Location"] == "/profile/"
    assert len(listed(here)) == 1


def test_who_is_not_signed_in_has_no_profile(client, db):
    for address in ("/profile/", ELSEWHERE):
        for answer in (client.get(address), client.post(address)):
            assert answer.headers["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox 141 on Linux"),
        (SAFARI, "Safari 18 on iPhone"),
        (EDGE, "Edge 139 on Windows"),
        ("curl/8.5", ""),
        ("", ""),
        ("Firefox/" + "9" * 5000, "Firefox 9999"),
        ("<script>Firefox/1</script>", "Firefox 1"),
    ],
)
def test_browsers_are_named_as_people_call_them(agent, name):
    assert browser_name(agent) == name
