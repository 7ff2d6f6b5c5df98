from typing import cast

import pytest

from accounts import services
from accounts.errors import ChangedMeanwhile, InvalidAccount, InvalidUser
from accounts.models import Account, User
from tests.factories import NOW


def test_an_account_begins_with_its_administrator(db):
    account, admin = services.create_account(" Acme  Ltd ", admin_email="Ada@Acme.test", by=None, now=NOW)
    assert (account.name, account.slug) == ("Acme Ltd", "acme-ltd")
    assert (admin.email, admin.is_administrator, admin.has_usable_password()) == ("ada@acme.test", True, False)


@pytest.mark.parametrize("name", ["", "   ", "!!!", "a" * 61, "A\x00B"])
def test_odd_account_names_are_refused(db, name):
    with pytest.raises(InvalidAccount):
        services.create_account(name, admin_email="ada@acme.test", by=None, now=NOW)


def test_a_taken_name_is_refused(acme):
    with pytest.raises(InvalidAccount, match="already"):
        services.create_account("ACME", admin_email="new@acme.test", by=None, now=NOW)


@pytest.mark.parametrize("email", ["", "nobody", "a@b\n.test", "ADA@acme.test"])
def test_odd_and_taken_addresses_leave_no_account_behind(ada, email):
    with pytest.raises(InvalidUser):
        services.create_account("New", admin_email=email, by=None, now=NOW)
    assert Account.objects.count() == 1


def change(user, **changes):
    user.refresh_from_db()
    return services.change_user(
        user, changes=cast("services.UserChanges", changes), shown=user.version, by=None, now=NOW
    )


def test_the_last_administrator_stays(ada, carol):
    with pytest.raises(InvalidUser, match="Nobody else"):
        change(ada, role=User.Role.VIEWER)
    change(carol, role=User.Role.ADMIN)
    change(ada, status=User.Status.SUSPENDED)
    assert list(User.objects.administrators_of(ada.account)) == [carol]


def test_somebody_without_an_account_stays_an_operator(olga):
    with pytest.raises(InvalidUser, match="needs an account"):
        change(olga, is_staff=False)


def change_mcp(account, *, access, writes):
    return services.change_mcp_access(account, access=access, writes=writes, shown=account.version, by=None, now=NOW)


def test_mcp_is_off_at_first_and_changed_by_switch(acme):
    assert (acme.mcp_access, acme.mcp_writes) == (False, False)
    assert change_mcp(acme, access=True, writes=False)
    acme.refresh_from_db()
    assert (acme.mcp_access, acme.mcp_writes) == (True, False)
    assert not change_mcp(acme, access=True, writes=False)


def test_switches_of_mcp_that_were_changed_meanwhile_stay(acme):
    Account.objects.filter(pk=acme.pk).change(name="Other")
    with pytest.raises(ChangedMeanwhile):
        change_mcp(acme, access=True, writes=True)
    acme.refresh_from_db()
    assert not acme.mcp_access


def test_suspending_an_account_keeps_its_people_out(ada, acme):
    services.suspend_account(acme, by=None, now=NOW)
    assert not User.objects.get(pk=ada.pk).is_active


def test_administrators_are_the_activated_admins_of_the_account(ada, carol, eve, acme):
    assert list(User.objects.administrators_of(acme)) == [ada]
    User.objects.filter(pk=ada.pk).update(status=User.Status.SUSPENDED)
    assert not User.objects.administrators_of(acme).exists()


def test_somebody_gets_a_name(carol):
    change(carol, first_name=" Carol ", last_name="Reyes")
    carol.refresh_from_db()
    assert (carol.full_name, carol.updated_at) == ("Carol Reyes", NOW)
