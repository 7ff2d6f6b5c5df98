import pytest

from accounts.models import User
from tests.factories import NOW
from tokens.authentication import authenticate
from tokens.errors import AccountSuspended


def save(client, user, **changes):
    data = {"first_name": "", "last_name": "", "role": user.role, "status": user.status} | changes
    return client.post(f"/admin/accounts/user/{user.pk}/change/", data, follow=True).content.decode()


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
