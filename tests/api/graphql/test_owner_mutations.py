import pytest

from accounts.models import Team
from catalog.models import OwnerEntity, TeamOwnerEntity
from tests.api.graphql.mutating import UNKNOWN, mutate, refusal
from tests.catalog.factories import TableFactory, TermFactory
from tests.factories import NOW

PEOPLE, TEAMS = ("User", "userId", OwnerEntity), ("Team", "teamId", TeamOwnerEntity)


@pytest.fixture
def table(acme):
    return TableFactory.create(schema__database__source__account=acme)


@pytest.fixture
def names(acme, carol):
    """The ids of Carol and of the team Data."""
    team = Team.objects.create(account=acme, name="Data", created_at=NOW, updated_at=NOW)
    return {"userId": str(carol.uuid), "teamId": str(team.pk)}


def of(*targets):
    return {"targetEntities": [{"entityType": kind, "entityId": str(pk)} for kind, pk in targets]}


def test_a_person_owns_tables_and_terms(acme, writer, table, names):
    term = TermFactory.create(account=acme)
    data = {"userId": names["userId"]} | of(("TERM", term.pk), ("TABLE", table.pk))
    assert mutate(writer, "upsertUserOwners", data, "{ userId termId tableId }") == [
        {"userId": names["userId"], "termId": str(term.pk), "tableId": None},
        {"userId": names["userId"], "termId": None, "tableId": str(table.pk)},
    ]


def test_a_team_owns_a_table_once(writer, table, names):
    data = {"teamId": names["teamId"]} | of(("TABLE", table.pk))
    (made,) = mutate(writer, "upsertTeamOwners", data, "{ id teamId }")
    assert mutate(writer, "upsertTeamOwners", data, "{ id teamId }") == [made]
    assert made["teamId"] == names["teamId"]


@pytest.mark.parametrize(("kind", "field", "model"), [PEOPLE, TEAMS])
@pytest.mark.parametrize(("targets", "left"), [({}, 0), ({"targetEntities": None}, 0), (of(), 2), ("table", 1)])
def test_without_targets_all_is_taken_away(acme, writer, table, names, kind, field, model, targets, left):
    owned = of(("TABLE", table.pk), ("TERM", TermFactory.create(account=acme).pk))
    mutate(writer, f"upsert{kind}Owners", {field: names[field]} | owned)
    given = of(("TABLE", table.pk)) if targets == "table" else targets
    for _ in range(2):
        assert mutate(writer, f"remove{kind}Owners", {field: names[field]} | given, "") is True
    assert model.objects.count() == left


@pytest.mark.parametrize(("kind", "field"), [PEOPLE[:2], TEAMS[:2]])
@pytest.mark.parametrize("targets", [{}, {"targetEntities": [{"entityType": "TABLE"}]}])
def test_what_is_owned_is_named(writer, kind, field, targets):
    assert refusal(writer, f"upsert{kind}Owners", {field: UNKNOWN} | targets)[:2] == (400, "BAD_USER_INPUT")


@pytest.mark.parametrize(("kind", "field"), [PEOPLE[:2], TEAMS[:2]])
@pytest.mark.parametrize(("verb", "answer"), [("upsert", "{ id }"), ("remove", "")])
def test_a_call_takes_500_targets(writer, names, kind, field, verb, answer):
    for count, refused in ((501, (400, "BAD_USER_INPUT")), (500, (200, "NOT_FOUND"))):
        data = {field: names[field]} | of(*[("TERM", UNKNOWN)] * count)
        assert refusal(writer, f"{verb}{kind}Owners", data, answer)[:2] == refused


@pytest.mark.parametrize(("kind", "field", "model"), [PEOPLE, TEAMS])
@pytest.mark.parametrize(("verb", "answer"), [("upsert", "{ id }"), ("remove", "")])
def test_another_accounts_people_and_teams_are_unknown(
    writer, stranger, table, names, kind, field, model, verb, answer
):
    mutate(writer, f"upsert{kind}Owners", {field: names[field]} | of(("TABLE", table.pk)))
    for pk in (names[field], UNKNOWN):
        said = refusal(stranger, f"{verb}{kind}Owners", {field: pk} | of(), answer)
        assert said == (200, "NOT_FOUND", f"{kind} not found: {pk}")
    assert model.objects.get().table == table


def test_another_accounts_tables_cannot_be_owned(stranger, eve, table):
    for pk in (str(table.pk), UNKNOWN):
        said = refusal(stranger, "upsertUserOwners", {"userId": str(eve.uuid)} | of(("TABLE", pk)))
        assert said == (200, "NOT_FOUND", f"Table not found: {pk}")
    assert not OwnerEntity.objects.exists()
