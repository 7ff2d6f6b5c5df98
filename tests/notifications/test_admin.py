import pytest

from notifications import delivery
from notifications.models import Email, InboxMessage, NextNotice
from tests.factories import NOW
from tokens.models import ApiToken

LISTS = ["accounts/account", "accounts/user", "tokens/apitoken", "tokens/tokenevent", "notifications/email"]
LISTS += ["notifications/inboxmessage", "notifications/nextnotice"]


@pytest.mark.parametrize("address", [f"/admin/{part}/" for part in LISTS])
@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("ada", 403), ("olga", 200)])
def test_only_operators_open_the_admin(client, planned, request, carol, olga, address, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(address).status_code == status


@pytest.mark.parametrize("part", LISTS)
def test_operators_can_add_and_delete_nothing(signed_in, planned, issued, olga, part):
    client = signed_in(olga)
    assert client.get(f"/admin/{part}/add/").status_code == 403
    page = client.get(f"/admin/{part}/").content.decode()
    assert "delete_selected" not in page


def test_the_list_of_next_notices_says_when_the_sweep_checks(signed_in, acme, olga):
    NextNotice.objects.all().delete()
    for at in (NOW.replace(year=1970), NOW.replace(year=2999), None):
        row = NextNotice.objects.create(account=acme, next_notice_at=at)
    client = signed_in(olga)
    page = client.get("/admin/notifications/nextnotice/").content.decode()
    assert [page.count(said) for said in ("at the next sweep", "2999", "when something changes", "1970")] == [
        1,
        1,
        1,
        0,
    ]
    assert client.get(f"/admin/notifications/nextnotice/{row.pk}/change/").status_code == 200


def test_operators_cannot_edit_a_token(signed_in, issued, olga):
    address = f"/admin/tokens/apitoken/{issued.token.pk}/change/"
    client = signed_in(olga)
    assert client.get(address).status_code == 200
    assert client.post(address, {"name": "other"}).status_code == 403


def test_operators_revoke_through_the_service(signed_in, issued, olga):
    data = {"action": "revoke", "_selected_action": [str(issued.token.pk)]}
    signed_in(olga).post("/admin/tokens/apitoken/", data)
    assert not ApiToken.objects.open().exists()
    assert issued.token.events.get(kind="REVOKED").actor == olga


def test_the_inbox_shows_a_message_in_a_sandbox_of_its_own(signed_in, planned, olga):
    delivery.send_emails(NOW)
    message, client = InboxMessage.objects.get(), signed_in(olga)
    page = client.get(f"/admin/notifications/inboxmessage/{message.pk}/change/").content.decode()
    assert f"/admin/notifications/inboxmessage/{message.pk}/html/" in page
    html = client.get(f"/admin/notifications/inboxmessage/{message.pk}/html/")
    assert "sandbox allow-popups" in html["Content-Security-Policy"]
    assert "script-src" not in html["Content-Security-Policy"]
    assert html["X-Frame-Options"] == "SAMEORIGIN"


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("ada", 403)])
def test_nobody_else_reads_the_inbox(client, planned, request, carol, who, status):
    delivery.send_emails(NOW)
    if who:
        client.force_login(request.getfixturevalue(who))
    address = f"/admin/notifications/inboxmessage/{InboxMessage.objects.get().pk}/html/"
    assert client.get(address).status_code == status


def test_a_failed_email_is_sent_again_by_its_action(signed_in, planned, olga):
    Email.objects.update(state=Email.State.FAILED)
    signed_in(olga).post("/admin/notifications/email/", {"action": "send_again", "_selected_action": [str(planned.pk)]})
    assert Email.objects.get().state == Email.State.PENDING


def test_the_admin_has_no_sign_in_of_its_own(client, db):
    assert client.get("/admin/login/", follow=True).redirect_chain[-1][0].startswith("/accounts/login/")
