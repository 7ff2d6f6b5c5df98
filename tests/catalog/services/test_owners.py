import pytest

from accounts.models import Team
from catalog.errors import InvalidInput, NotFound
from catalog.ids import uuid7
from catalog.models import OwnerEntity, TeamOwnerEntity
from catalog.services import people as owners
from tests.catalog.factories import DashboardFactory, TableFactory, TermFactory, kind
from tests.factories import NOW


@pytest.fixture
def team(acme):
    return Team.objects.create(account=acme, name="Data", created_at=NOW, updated_at=NOW)


@pytest.fixture
def assets(acme):
    table = TableFactory.create(schema__database__source__account=acme)
    return [table, DashboardFactory.create(source__account=acme), TermFactory.create(account=acme)]


@pytest.fixture(params=["user", "team"])
def owner(request, carol, team):
    """Carol and the team Data: how a call names them, and the model and services of their ownerships."""
    if request.param == "user":
        return {"user_id": str(carol.uuid)}, OwnerEntity, owners.upsert_user_owners, owners.remove_user_owners
    return {"team_id": str(team.pk)}, TeamOwnerEntity, owners.upsert_team_owners, owners.remove_team_owners


def of(*assets):
    return {"target_entities": [{"entity_type": kind(asset).upper(), "entity_id": str(asset.pk)} for asset in assets]}


def test_owners_of_tables_dashboards_and_terms(acme, assets, owner):
    name, model, upsert, _remove = owner
    made = upsert(acme, row=name | of(*assets, assets[0]), by=None, now=NOW)
    assert [(row.table_id, row.dashboard_id, row.term_id) for row in made] == [
        (assets[0].pk, None, None),
        (None, assets[1].pk, None),
        (None, None, assets[2].pk),
        (assets[0].pk, None, None),
    ]
    assert upsert(acme, row=name | of(assets[1]), by=None, now=NOW) == [made[1]]
    assert model.objects.count() == 3


@pytest.mark.parametrize(
    ("given", "left"), [({}, 0), ({"target_entities": None}, 0), ({"target_entities": []}, 3), ("first", 2)]
)
def test_without_targets_all_is_taken_away(acme, assets, owner, given, left):
    name, model, upsert, remove = owner
    upsert(acme, row=name | of(*assets), by=None, now=NOW)
    for _ in range(2):
        remove(acme, row=name | (of(assets[0]) if given == "first" else given), by=None, now=NOW)
    assert model.objects.count() == left


def test_what_others_own_stays(acme, ada, carol, assets, owner):
    name, _model, upsert, remove = owner
    owners.upsert_user_owners(acme, row={"user_id": str(ada.uuid)} | of(*assets), by=None, now=NOW)
    upsert(acme, row=name | of(*assets), by=None, now=NOW)
    remove(acme, row=name, by=None, now=NOW)
    assert [row.user for row in OwnerEntity.objects.all()] == [ada] * 3


@pytest.mark.parametrize("given", [{}, {"target_entities": None}])
def test_nobody_is_made_the_owner_of_everything(acme, owner, given):
    name, _model, upsert, _remove = owner
    with pytest.raises(InvalidInput, match="may not be missing"):
        upsert(acme, row=name | given, by=None, now=NOW)
    assert upsert(acme, row=name | {"target_entities": []}, by=None, now=NOW) == []


def test_another_accounts_term_is_as_unknown_as_one_that_never_was(acme, umbrella, assets, owner):
    name, model, upsert, remove = owner
    theirs = TermFactory.create(account=umbrella)
    for unknown in (theirs.pk, uuid7()):
        row = name | of(*assets)
        row["target_entities"].append({"entity_type": "TERM", "entity_id": str(unknown)})
        for call in (upsert, remove):
            with pytest.raises(NotFound, match=f"^Term not found: {unknown}$"):
                call(acme, row=row, by=None, now=NOW)
    assert not model.objects.exists()


def test_people_and_teams_of_other_accounts_are_unknown(acme, eve, olga, umbrella, assets):
    theirs = Team.objects.create(account=umbrella, name="Data", created_at=NOW, updated_at=NOW)
    for unknown in (eve.uuid, olga.uuid, uuid7(), "carol@acme.test"):
        with pytest.raises(NotFound, match=f"^User not found: {unknown}$"):
            owners.upsert_user_owners(acme, row={"user_id": str(unknown)} | of(*assets), by=None, now=NOW)
    for unknown in (theirs.pk, uuid7(), "Data"):
        with pytest.raises(NotFound, match=f"^Team not found: {unknown}$"):
            owners.remove_team_owners(acme, row={"team_id": str(unknown)}, by=None, now=NOW)


def test_five_hundred_targets_take_as_many_queries_as_a_few(acme, owner, django_assert_max_num_queries):
    name, model, upsert, remove = owner
    row = name | of(*TermFactory.create_batch(500, account=acme))
    with django_assert_max_num_queries(40):  # SQLite takes 999 values in a statement
        upsert(acme, row=row, by=None, now=NOW)
        remove(acme, row=row | {"target_entities": row["target_entities"][1:]}, by=None, now=NOW)
    assert model.objects.count() == 1
