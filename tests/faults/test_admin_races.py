"""Operators who change the same account or person at the same instant: nobody undoes what they did not see."""

from typing import cast

import pytest

from accounts import services
from accounts.errors import ChangedMeanwhile, InvalidUser
from accounts.models import AuditEntry, User
from tests.factories import NOW, UserFactory
from tests.faults.test_warehouse_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 100
ACTIVATED, SUSPENDED = User.Status.ACTIVATED, User.Status.SUSPENDED


@pytest.fixture(autouse=True)
def nobody_waits_for_leases(settings):
    settings.TOKEN_LEASE = 0.0


def change(user, shown, **changes):
    given = cast("services.UserChanges", changes)
    return lambda: services.change_user(user, changes=given, shown=shown, by=None, now=NOW)


def test_renaming_never_undoes_a_suspension(acme):
    renamed = 0
    for number in range(ROUNDS):
        acme.refresh_from_db()
        name, shown = f"Acme {number}", acme.version
        said = at_once(
            lambda name=name, shown=shown: services.rename_account(acme, name=name, shown=shown, by=None, now=NOW),
            lambda: services.suspend_account(acme, by=None, now=NOW),
        )
        acme.refresh_from_db()
        assert acme.suspended_at == NOW
        assert said[1] is True
        assert said[0] is True if acme.name == name else isinstance(said[0], ChangedMeanwhile)
        renamed += acme.name == name
        services.reopen_account(acme, by=None, now=NOW)
    assert AuditEntry.objects.filter(operation="rename_account").count() == renamed


def test_one_of_two_stale_pages_of_a_person_wins(ada, carol):
    for _ in range(ROUNDS // 4):
        carol.refresh_from_db()
        shown = carol.version
        said = at_once(change(carol, shown, status=SUSPENDED), change(carol, shown, first_name=f"Carol {shown}"))
        assert [type(one) for one in said].count(ChangedMeanwhile) == 1
        carol.refresh_from_db()
        assert (carol.status == SUSPENDED) == (said[0] is True)
        assert carol.version == shown + 1
        User.objects.filter(pk=carol.pk).change(status=ACTIVATED)


def test_two_administrators_who_demote_each_other_leave_one(ada, acme):
    bob = UserFactory.create(account=acme, role=User.Role.ADMIN)
    for _ in range(ROUNDS // 4):
        said = at_once(*[change(user, User.objects.get(pk=user.pk).version, role="VIEWER") for user in (ada, bob)])
        assert [type(one) for one in said].count(InvalidUser) == 1
        assert User.objects.administrators_of(acme).count() == 1
        User.objects.change(role=User.Role.ADMIN)


def test_bounces_and_changes_of_people_wait_for_each_other_without_a_deadlock(ada, carol, acme):
    for number in range(ROUNDS // 4):
        carol.refresh_from_db()
        said = at_once(
            lambda number=number: services.note_bounce(carol, f"carol{number}@acme.test", now=NOW),
            change(carol, carol.version, first_name=f"Carol {number}"),
            lambda: services.suspend_account(acme, by=None, now=NOW),
        )
        assert said[0] is True
        assert all(one is True or isinstance(one, ChangedMeanwhile) for one in said[1:])
        services.reopen_account(acme, by=None, now=NOW)
