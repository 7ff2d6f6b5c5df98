"""Every service writes one entry of what it did, and none of what it did not do."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts import audit, services, teams
from accounts.actors import Actor
from accounts.errors import AccountError
from accounts.models import Account, AuditEntry, Team, User
from accounts.tasks import forget_old_entries
from tests.factories import NOW

OLGA = Actor("olga@catalog.test", door="admin")
BY: dict[str, Any] = {"by": OLGA, "now": NOW}
ADMIN_ROLE, SUSPENDED = User.Role.ADMIN, User.Status.SUSPENDED


@pytest.fixture
def team(acme, ada):
    team = Team.objects.create(account=acme, name="Data", created_at=NOW, updated_at=NOW)
    team.members.add(ada)
    return team


@pytest.fixture
def on(acme, ada, carol, team):
    """What is acted on."""
    return SimpleNamespace(acme=acme, ada=ada, carol=carol, team=team)


def row(team, *people):
    return {"id": str(team.pk), "emails": [user.email for user in people]}


# What is done, and the kind, how many and the detail of its entry.
ACTS = {
    "rename_account": (
        lambda on: services.rename_account(on.acme, name="Acme Ltd", shown=on.acme.version, **BY),
        ("account", 1, "Acme → Acme Ltd"),
    ),
    "change_mcp_access": (
        lambda on: services.change_mcp_access(on.acme, access=True, writes=True, shown=on.acme.version, **BY),
        ("account", 1, "MCP server access: no → yes, Let MCP clients write: no → yes"),
    ),
    "suspend_account": (lambda on: services.suspend_account(on.acme, **BY), ("account", 1, "")),
    "create_user": (
        lambda on: services.create_user("dan@acme.test", account=on.acme, role=ADMIN_ROLE, **BY),
        ("person", 1, "dan@acme.test: role: Admin"),
    ),
    "change_user": (
        lambda on: services.change_user(
            on.carol, changes={"role": ADMIN_ROLE, "last_name": "Reyes"}, shown=on.carol.version, **BY
        ),
        ("person", 1, "carol@acme.test: role: Contributor → Admin, last name: – → Reyes"),
    ),
    "upsert_team": (
        lambda on: teams.upsert_team(on.acme, row={"name": "New"}, **BY),
        ("team", 1, "New"),
    ),
    "add_team_users": (
        lambda on: teams.add_team_users(on.acme, row=row(on.team, on.carol, on.team.members.get()), **BY),
        ("person", 1, "Data: carol@acme.test"),
    ),
    "remove_team_users": (
        lambda on: teams.remove_team_users(on.acme, row=row(on.team, on.team.members.get(), on.carol), **BY),
        ("person", 1, "Data: ada@acme.test"),
    ),
}


@pytest.mark.parametrize("operation", ACTS)
def test_an_act_is_written_down_with_who_and_how_many(on, operation):
    act, told = ACTS[operation]
    act(on)
    entry = AuditEntry.objects.get()
    assert (entry.operation, entry.account, entry.at) == (operation, on.acme, NOW)
    assert (entry.actor_name, entry.door) == ("olga@catalog.test", "admin")
    assert (entry.kind, entry.count, entry.detail) == told


@pytest.mark.parametrize("operation", ACTS)
def test_an_act_that_is_rolled_back_leaves_no_entry(on, operation):
    with transaction.atomic():
        ACTS[operation][0](on)
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()


def test_an_account_begins_with_two_entries(db):
    account, admin = services.create_account("Acme", admin_email="ada@acme.test", **BY)
    entries = AuditEntry.objects.filter(account=account).order_by("id")
    assert [(entry.operation, entry.ids) for entry in entries] == [
        ("create_account", [str(account.uuid)]),
        ("create_user", [str(admin.uuid)]),
    ]


def test_a_suspension_and_its_end_are_two_entries(acme):
    assert services.suspend_account(acme, **BY)
    assert not services.suspend_account(acme, **BY)
    assert services.reopen_account(acme, **BY)
    assert not services.reopen_account(acme, **BY)
    operations = AuditEntry.objects.order_by("id").values_list("operation", flat=True)
    assert list(operations) == ["suspend_account", "reopen_account"]


def test_an_address_that_bounces_is_noted_by_catalog_and_trusted_by_somebody(ada):
    for _ in range(2):
        services.note_bounce(ada, "Ada@Acme.test", now=NOW)
    for _ in range(2):
        services.trust_address(ada, **BY)
    entries = AuditEntry.objects.order_by("id")
    assert [(entry.operation, entry.actor_name) for entry in entries] == [
        ("note_bounce", "system"),
        ("trust_address", "olga@catalog.test"),
    ]


NOTHING_NEW = {
    "name": lambda on: services.rename_account(on.acme, name=" Acme ", shown=on.acme.version, **BY),
    "rights": lambda on: services.change_user(on.ada, changes={"role": on.ada.role}, shown=1, **BY),
    "coming": lambda on: teams.add_team_users(on.acme, row=row(on.team, on.ada), **BY),
    "going": lambda on: teams.remove_team_users(on.acme, row=row(on.team), **BY),
}


@pytest.mark.parametrize("what", NOTHING_NEW)
def test_what_changes_nothing_leaves_neither_an_entry_nor_a_version(on, what):
    assert not NOTHING_NEW[what](on)
    assert not AuditEntry.objects.exists()
    assert {row.version for row in (Account.objects.get(), *User.objects.all())} == {1}


REFUSED = {
    "odd name": lambda on: services.rename_account(on.acme, name="", shown=1, **BY),
    "stale name": lambda on: services.rename_account(on.acme, name="Other", shown=2, **BY),
    "taken name": lambda on: services.create_account(on.acme.name, admin_email="new@acme.test", **BY),
    "taken address": lambda on: services.create_user(on.ada.email, account=on.acme, **BY),
    "last administrator": lambda on: services.change_user(on.ada, changes={"status": SUSPENDED}, shown=1, **BY),
    "stale person": lambda on: services.change_user(on.ada, changes={"first_name": "Ada"}, shown=2, **BY),
    "odd person": lambda on: services.change_user(on.ada, changes={"first_name": "\x00"}, shown=1, **BY),
    "odd team": lambda on: teams.upsert_team(on.acme, row={"name": ""}, **BY),
    "unknown team": lambda on: teams.add_team_users(on.acme, row={"id": "x", "emails": []}, **BY),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_is_refused_leaves_no_entry(on, what):
    with pytest.raises(AccountError):
        REFUSED[what](on)
    assert not AuditEntry.objects.exists()


def test_a_command_is_named_as_such(acme):
    call_command("create_user", "dan@acme.test", account="acme")
    entry = AuditEntry.objects.get()
    assert (entry.actor_name, entry.door, entry.account) == ("command line", "command", acme)


# --- Forgetting ------------------------------------------------------------------------------------


def an_entry(days: float) -> AuditEntry:
    return audit.record("pause", kind="outbox", ids=[1], by=None, now=NOW - timedelta(days=days))


def test_entries_are_forgotten_after_the_days_of_the_setting(db, settings, monkeypatch):
    monkeypatch.setattr(audit, "ENTRIES_PER_DELETE", 2)
    settings.AUDIT_DAYS = 30
    kept = [an_entry(days) for days in (50, 40, 35, 31, 30.001, 30, 1)][-2:]
    assert audit.forget_old(NOW) == 5
    assert list(AuditEntry.objects.order_by("id")) == kept


def test_beat_and_cron_forget(db):
    for forget in (forget_old_entries, lambda: call_command("send_due_emails", verbosity=0)):
        an_entry(10_000)
        forget()
        assert not AuditEntry.objects.exists()
