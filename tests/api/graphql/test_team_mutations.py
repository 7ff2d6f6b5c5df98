import pytest

from accounts.models import AuditEntry, Team
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.factories import NOW

CHANGES = ("addTeamUsers", "removeTeamUsers")


@pytest.fixture
def team(acme):
    return Team.objects.create(account=acme, name="Data", created_at=NOW, updated_at=NOW)


def of(team_id, *emails):
    return {"id": str(team_id), "emails": emails}


def test_a_team_is_made_and_then_changed_where_something_was_given(writer):
    answer = "{ id name slackChannel slackGroup email }"
    made = mutate(writer, "upsertTeam", {"name": "Data", "slackChannel": "#data", "email": "data@acme.test"}, answer)
    given = {"name": "Data", "slackGroup": "@data", "email": None, "storedPrivateSlackChannel": "C024"}
    assert mutate(writer, "upsertTeam", given, answer) == made | {"slackGroup": "@data", "email": None}
    assert Team.objects.get().stored_private_slack_channel == "C024"


@pytest.mark.parametrize(("field", "sign"), [("slackChannel", "#"), ("slackGroup", "@")])
def test_a_refused_field_is_named_as_the_api_names_it(writer, field, sign):
    refused = (400, "BAD_USER_INPUT", f"{field} begins with {sign}.")
    assert refusal(writer, "upsertTeam", {"name": "Data", field: "data"}) == refused


@pytest.mark.parametrize("odd", [{"name": " "}, {"slackChannel": "data"}, {"slackGroup": "data"}, {"email": "data"}])
def test_odd_teams_are_refused(writer, odd):
    assert refusal(writer, "upsertTeam", {"name": "Data"} | odd)[:2] == (400, "BAD_USER_INPUT")


def test_people_come_and_go_by_their_addresses(writer, team, ada, carol):
    assert mutate(writer, "addTeamUsers", of(team.pk, "ADA@acme.test", carol.email), "") is True
    assert set(team.members.all()) == {ada, carol}
    assert mutate(writer, "removeTeamUsers", of(team.pk, "Ada@Acme.test"), "") is True
    assert list(team.members.all()) == [carol]


@pytest.mark.parametrize("operation", CHANGES)
def test_somebody_unknown_refuses_all(writer, team, ada, carol, eve, operation):
    team.members.add(carol)
    said = refusal(writer, operation, of(team.pk, ada.email, carol.email, eve.email, "nobody@acme.test"), "")
    assert said == (200, "NOT_FOUND", f"User not found: {eve.email}, nobody@acme.test")
    assert list(team.members.all()) == [carol]


@pytest.mark.parametrize("operation", CHANGES)
def test_a_call_takes_500_people(writer, operation):
    emails = ["ada@acme.test"] * 501
    assert refusal(writer, operation, of(UNKNOWN, *emails), "")[:2] == (400, "BAD_USER_INPUT")
    assert refusal(writer, operation, of(UNKNOWN, *emails[1:]), "")[:2] == (200, "NOT_FOUND")


@pytest.mark.parametrize("operation", CHANGES)
def test_another_accounts_teams_are_unknown(stranger, team, eve, operation):
    for pk in (str(team.pk), UNKNOWN):
        assert refusal(stranger, operation, of(pk, eve.email), "") == (200, "NOT_FOUND", f"Team not found: {pk}")
    assert not team.members.exists()


def test_another_account_has_a_team_of_the_same_name(stranger, team):
    mutate(stranger, "upsertTeam", {"name": "Data", "description": "Theirs"})
    team.refresh_from_db()
    assert (team.description, Team.objects.count()) == (None, 2)


def test_the_audit_log_names_the_token(writer, acme, team, ada, carol):
    mutate(writer, "upsertTeam", {"name": "Data"})
    mutate(writer, "addTeamUsers", of(team.pk, ada.email, carol.email), "")
    mutate(writer, "removeTeamUsers", of(team.pk, ada.email), "")
    token = acme.tokens.get()
    entries = AuditEntry.objects.order_by("id")
    assert [(entry.operation, entry.count) for entry in entries] == [
        ("upsert_team", 1),
        ("add_team_users", 2),
        ("remove_team_users", 1),
    ]
    assert {(entry.door, entry.actor_name, entry.token_id) for entry in entries} == {("graphql", token.mask, token.pk)}


def test_a_refused_call_leaves_no_entry(writer, team):
    refusal(writer, "addTeamUsers", of(team.pk, "nobody@acme.test"), "")
    assert not AuditEntry.objects.exists()
