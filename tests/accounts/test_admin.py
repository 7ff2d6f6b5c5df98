import json
import re
from html import unescape

import pytest
from django.contrib import admin

from accounts import services
from accounts.admin import ThroughServices
from accounts.models import Account, AuditEntry, User
from tests.factories import NOW
from tokens.authentication import authenticate
from tokens.errors import AccountSuspended


def address(row):
    return f"/admin/accounts/{row._meta.model_name}/{row.pk}/change/"


def shown_by(client, row):
    """What the page of this row would send back of what it shows."""
    page = client.get(address(row)).content.decode()
    (value,) = re.findall(r'name="shown" value="([^"]*)"', page)
    return unescape(value)


def save(client, row, shown=None, **changes):
    """The page that answers; `shown` is that of an older page, or of this moment."""
    if isinstance(row, User):
        now = User.objects.get(pk=row.pk)
        changes = {"first_name": "", "last_name": "", "role": now.role, "status": now.status} | changes
    data = {"shown": shown_by(client, row) if shown is None else shown} | changes
    return unescape(client.post(address(row), data, follow=True).content.decode())


def test_an_operator_changes_what_a_person_may_do(signed_in, olga, carol):
    save(signed_in(olga), carol, role="ADMIN", first_name="Carol")
    carol.refresh_from_db()
    assert (carol.role, carol.first_name) == (User.Role.ADMIN, "Carol")


def test_the_last_administrator_is_not_taken_away_and_the_page_says_why(signed_in, olga, ada):
    assert "Nobody else administers this account" in save(signed_in(olga), ada, role="VIEWER")
    ada.refresh_from_db()
    assert ada.role == User.Role.ADMIN


def test_an_operator_without_an_account_stays_one(signed_in, olga):
    assert "needs an account" in save(signed_in(olga), olga)
    olga.refresh_from_db()
    assert olga.is_staff


def test_suspending_and_reopening_an_account_closes_and_opens_its_tokens(signed_in, olga, acme, issued):
    client, chosen = signed_in(olga), {"_selected_action": [str(acme.pk)]}
    client.post("/admin/accounts/account/", {"action": "suspend"} | chosen)
    with pytest.raises(AccountSuspended):
        authenticate(issued.secret, now=NOW)
    client.post("/admin/accounts/account/", {"action": "reopen"} | chosen)
    assert authenticate(issued.secret, now=NOW).pk == issued.token.pk


def test_the_list_of_people_does_not_name_every_account(signed_in, olga, umbrella):
    assert "Umbrella" not in signed_in(olga).get("/admin/accounts/user/").content.decode()


# --- Nobody overwrites what they did not see -----------------------------------------------------


def test_renaming_on_a_stale_page_does_not_undo_a_suspension(signed_in, olga, acme):
    client = signed_in(olga)
    stale = shown_by(client, acme)
    services.suspend_account(acme, by=None, now=NOW)
    page = save(client, acme, stale, name="Acme Ltd")
    acme.refresh_from_db()
    assert (acme.name, acme.suspended_at) == ("Acme", NOW)
    assert "Nothing was changed. Acme was changed meanwhile (suspended at: – → 24 Nov 2026, 12:00 UTC)." in page


def test_a_stale_page_of_a_person_does_not_reactivate_them(signed_in, olga, ada, carol):
    client = signed_in(olga)
    stale = shown_by(client, carol)
    save(client, carol, status="SUSPENDED")
    page = save(client, carol, stale, status="ACTIVATED", first_name="Carol")
    carol.refresh_from_db()
    assert (carol.status, carol.first_name) == (User.Status.SUSPENDED, "")
    assert "carol@acme.test was changed meanwhile (status: Activated → Suspended). Look at it again." in page
    assert '<option value="SUSPENDED" selected>' in page


def test_saving_nothing_new_on_a_stale_page_is_refused_as_well(signed_in, olga, acme):
    client = signed_in(olga)
    stale = shown_by(client, acme)
    services.suspend_account(acme, by=None, now=NOW)
    assert "was changed meanwhile" in save(client, acme, stale, name="Acme")


@pytest.mark.parametrize(
    "shown",
    ["", "x", "7", "[]", '{"version": "1", "columns": {}}', '{"version": 1}', '{"version": 1e400, "columns": {}}'],
)
def test_a_page_that_does_not_say_what_it_showed_changes_nothing(signed_in, olga, acme, shown):
    assert "was changed meanwhile" in save(signed_in(olga), acme, shown, name="Other")
    acme.refresh_from_db()
    assert acme.name == "Acme"


def test_what_a_page_claims_to_have_shown_comes_back_as_text(signed_in, olga, acme):
    hostile = json.dumps({"version": 9, "columns": {"name": "<script>alert(1)</script>"}})
    client = signed_in(olga)
    response = client.post(address(acme), {"name": "Other", "shown": hostile}, follow=True)
    assert "<script>alert(1)" not in response.content.decode()


def test_a_save_is_written_down(signed_in, olga, acme):
    assert save(signed_in(olga), acme, name=" Acme  Ltd ").count("was changed successfully") == 1
    acme.refresh_from_db()
    assert (acme.name, acme.slug, acme.version) == ("Acme Ltd", "acme", 2)
    entry = AuditEntry.objects.get()
    assert (entry.operation, entry.door, entry.actor, entry.detail) == (
        "rename_account",
        "admin",
        olga,
        "Acme → Acme Ltd",
    )


@pytest.mark.parametrize("name", ["", "a\x00b", "a\x07b", "a\u202eb", "a" * 121, "!!!"])
def test_an_account_gets_no_odd_name_there_either(signed_in, olga, acme, name):
    client = signed_in(olga)
    client.post(address(acme), {"name": name, "shown": shown_by(client, acme)})
    acme.refresh_from_db()
    assert acme.name == "Acme"


def test_a_line_break_in_a_name_is_a_blank(signed_in, olga, acme, carol):
    client = signed_in(olga)
    save(client, acme, name="Acme\r\nLtd")
    save(client, carol, first_name="Ca\nrol")
    assert (Account.objects.get(pk=acme.pk).name, User.objects.get(pk=carol.pk).first_name) == ("Acme Ltd", "Ca rol")


@pytest.mark.parametrize("name", ["a\x00b", "a\u202eb", "a" * 81])
def test_a_person_gets_no_odd_name(signed_in, olga, carol, name):
    save(signed_in(olga), carol, last_name=name)
    carol.refresh_from_db()
    assert carol.last_name == ""


@pytest.mark.parametrize("model", admin.site._registry, ids=str)
def test_no_page_saves_by_itself(rf, olga, model):
    """Either nothing can be changed there, or saving calls a service; nothing is added, deleted or edited in lists."""
    page = admin.site._registry[model]
    request = rf.get("/")
    request.user = olga
    assert not page.has_add_permission(request)
    assert not page.has_delete_permission(request)
    assert not page.list_editable
    assert not page.inlines
    if page.has_change_permission(request):
        assert isinstance(page, ThroughServices)
        assert type(page).save_model is ThroughServices.save_model is not admin.ModelAdmin.save_model
        assert type(page).save is not ThroughServices.save


# --- What was done is written down -----------------------------------------------------------------


def test_operators_read_the_audit_log_and_find_what_is_about_an_account(signed_in, olga, acme, umbrella):
    services.suspend_account(acme, by=None, now=NOW)
    services.suspend_account(umbrella, by=None, now=NOW)
    client = signed_in(olga)
    page = client.get("/admin/accounts/auditentry/", {"q": "acme", "operation": "suspend_account"}).content.decode()
    assert "1 audit entry" in page
    assert ">Account suspended</td>" in page
    assert "0 audit entries" in client.get("/admin/accounts/auditentry/", {"door": "admin"}).content.decode()
    assert (
        client.get(f"/admin/accounts/auditentry/{AuditEntry.objects.get(account=acme).pk}/change/").status_code == 200
    )


def test_what_is_done_to_many_accounts_is_one_entry_each(signed_in, olga, acme, umbrella):
    chosen = {"_selected_action": [str(acme.pk), str(umbrella.pk)]}
    signed_in(olga).post("/admin/accounts/account/", {"action": "suspend"} | chosen, REMOTE_ADDR="192.0.2.7")
    entries = AuditEntry.objects.order_by("account__slug")
    assert [(entry.account, entry.operation, entry.actor) for entry in entries] == [
        (acme, "suspend_account", olga),
        (umbrella, "suspend_account", olga),
    ]
    assert {(entry.door, entry.ip) for entry in entries} == {("admin", "192.0.2.7")}


def test_an_operator_sees_the_switches_of_mcp_and_turns_neither(signed_in, olga, acme):
    services.change_mcp_access(acme, access=True, writes=False, shown=acme.version, by=None, now=NOW)
    client = signed_in(olga)
    page = client.get(address(acme)).content.decode()
    assert "MCP server access" in page
    assert "Let MCP clients write" in page
    save(client, acme, name="Acme", mcp_access="", mcp_writes="on")
    acme.refresh_from_db()
    assert (acme.mcp_access, acme.mcp_writes) == (True, False)


def test_a_switch_of_mcp_that_was_turned_meanwhile_is_named(signed_in, olga, acme):
    client = signed_in(olga)
    shown = shown_by(client, acme)
    services.change_mcp_access(acme, access=True, writes=False, shown=acme.version, by=None, now=NOW)
    assert "MCP server access: no → yes" in save(client, acme, shown, name="Other")
