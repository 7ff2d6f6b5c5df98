from datetime import timedelta
from uuid import uuid4

import pytest

from accounts.errors import InvalidTeam, UnknownTeam, UnknownUser
from accounts.models import Team
from accounts.rules import check_team, check_team_users
from accounts.teams import add_team_users, remove_team_users, upsert_team
from tests.factories import NOW, UserFactory

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def team(acme):
    return Team.objects.create(account=acme, name="Data", created_at=NOW, updated_at=NOW)


def of(team, *emails):
    return {"id": str(team.pk), "emails": emails}


def test_a_team_is_known_by_its_name(acme):
    made = upsert_team(
        acme, row={"name": " Data ", "slack_channel": "#data", "email": "data@acme.test"}, by=None, now=NOW
    )
    again = upsert_team(acme, row={"name": "Data", "slack_group": "@data", "email": None}, by=None, now=LATER)
    again.refresh_from_db()
    assert (again.pk, again.name, again.slack_channel, again.slack_group) == (made.pk, "Data", "#data", "@data")
    assert (again.email, again.created_at, again.updated_at) == (None, NOW, LATER)


def test_each_account_has_its_own_teams(team, umbrella):
    assert upsert_team(umbrella, row={"name": "Data", "description": "Theirs"}, by=None, now=LATER) != team
    team.refresh_from_db()
    assert (team.description, team.updated_at) == (None, NOW)


@pytest.mark.parametrize(
    "given",
    [
        {"name": "  "},
        {"name": "a" * 201},
        {"slack_channel": "data"},
        {"slack_channel": "@data"},
        {"slack_group": "data"},
        {"slack_group": ""},
        {"slack_channel": "#" * 101},
        {"stored_private_slack_channel": "a" * 101},
        {"description": "a" * 100_001},
        {"email": "nobody"},
        {"email": f"a@{'b' * 250}.test"},
    ],
)
def test_odd_teams_are_refused(acme, given):
    with pytest.raises(InvalidTeam):
        upsert_team(acme, row={"name": "Data"} | given, by=None, now=NOW)


def test_long_texts_and_signs_are_possible():
    check_team({"name": "a" * 200, "slack_channel": "#" + "a" * 99, "slack_group": "@a", "description": "a" * 100_000})
    check_team({"name": "a", "slack_channel": None, "slack_group": None, "email": None})


def test_people_come_and_go_by_their_addresses_in_any_case(acme, team, ada, carol):
    for _ in range(2):
        add_team_users(acme, row=of(team, "ADA@acme.test", "ada@acme.test", " Carol@Acme.test "), by=None, now=NOW)
    assert set(team.members.all()) == {ada, carol}
    for _ in range(2):
        remove_team_users(acme, row=of(team, "Ada@ACME.test"), by=None, now=NOW)
    assert list(team.members.all()) == [carol]


@pytest.mark.parametrize("change", [add_team_users, remove_team_users])
def test_somebody_unknown_refuses_all(acme, team, ada, carol, eve, change):
    team.members.add(carol)
    with pytest.raises(UnknownUser, match=r"^User not found: eve@umbrella.test, Nobody@acme.test$"):
        change(acme, row=of(team, ada.email, carol.email, eve.email, "Nobody@acme.test"), by=None, now=NOW)
    assert list(team.members.all()) == [carol]


@pytest.mark.parametrize("change", [add_team_users, remove_team_users])
def test_another_accounts_team_is_as_unknown_as_one_that_never_was(umbrella, team, eve, change):
    for unknown in (team.pk, uuid4(), "Data"):
        with pytest.raises(UnknownTeam, match=f"^Team not found: {unknown}$"):
            change(umbrella, row={"id": str(unknown), "emails": [eve.email]}, by=None, now=NOW)
    assert not team.members.exists()


def test_more_than_five_hundred_people_are_refused():
    check_team_users({"id": "", "emails": ["ada@acme.test"] * 500})
    with pytest.raises(InvalidTeam, match="at most 500"):
        check_team_users({"id": "", "emails": ["ada@acme.test"] * 501})


def test_a_hundred_people_take_as_many_queries_as_a_few(acme, team, django_assert_max_num_queries):
    emails = [user.email for user in UserFactory.create_batch(100, account=acme)]
    with django_assert_max_num_queries(14):
        add_team_users(acme, row=of(team, *emails), by=None, now=NOW)
        remove_team_users(acme, row=of(team, *emails[1:]), by=None, now=NOW)
    assert team.members.get().email == emails[0]


@pytest.mark.parametrize(
    ("check", "row"),
    [(check_team, {"name": "Data", "slack": "#data"}), (check_team, {}), (check_team_users, {"emails": []})],
)
def test_fields_of_teams_are_neither_made_up_nor_missing(check, row):
    with pytest.raises(InvalidTeam, match=r"slack\.$|missing"):
        check(row)
