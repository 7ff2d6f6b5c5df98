"""People and teams, as programs find them."""

import pytest

from accounts.models import Team, User
from tests.api.graphql.reading import rows
from tests.catalog.factories import a_table, owned
from tests.factories import NOW


@pytest.fixture
def finance(acme, ada):
    team = Team.objects.create(account=acme, name="Finance", slack_channel="#finance", created_at=NOW, updated_at=NOW)
    team.members.add(ada)
    return team


def test_people_come_with_their_teams_and_what_they_own(acme, ada, finance, reader):
    table = a_table(acme)
    owned(table, ada)
    (row,) = rows(reader, "getUsers", "id email role status teamIds ownedAssetIds createdAt")
    assert row == {
        "id": str(ada.uuid),
        "email": "ada@acme.test",
        "role": "ADMIN",
        "status": "ACTIVATED",
        "teamIds": [str(finance.pk)],
        "ownedAssetIds": [str(table.pk)],
        "createdAt": int(NOW.timestamp() * 1000),
    }


@pytest.mark.parametrize(
    ("facts", "validated"),
    [({}, False), ({"last_login": NOW}, True), ({"last_login": NOW, "bounced_address": "ada@acme.test"}, False)],
)
def test_an_address_is_validated_by_signing_in(ada, reader, facts, validated):
    User.objects.filter(pk=ada.pk).update(**facts)
    assert rows(reader, "getUsers", "isEmailValidated") == [{"isEmailValidated": validated}]


def test_only_the_account_s_own_people_and_teams_are_named(ada, eve, umbrella, finance, reader):
    Team.objects.create(account=umbrella, name="Evil", created_at=NOW, updated_at=NOW)
    assert rows(reader, "getUsers", "email") == [{"email": "ada@acme.test"}]
    assert rows(reader, "getTeams", "name") == [{"name": "Finance"}]


def test_teams_come_with_their_members_and_what_they_own(acme, ada, finance, reader):
    table = a_table(acme)
    owned(table, finance)
    (row,) = rows(reader, "getTeams", "id name slackChannel memberIds ownedAssetIds")
    assert row == {
        "id": str(finance.pk),
        "name": "Finance",
        "slackChannel": "#finance",
        "memberIds": [str(ada.uuid)],
        "ownedAssetIds": [str(table.pk)],
    }


def test_people_come_in_pages(ada, carol, reader):
    ids = sorted(str(person.uuid) for person in (ada, carol))
    assert rows(reader, "getUsers", "id", pagination={"nbPerPage": 1, "page": 1}) == [{"id": ids[1]}]
    assert rows(reader, "getUsers", "id", pagination={"nbPerPage": 9, "greaterThanId": ids[0]}) == [{"id": ids[1]}]


def test_owners_of_a_table_are_people_in_two_ways(acme, ada, finance, reader):
    owned(a_table(acme), ada)
    fields = "ownerEntities { userId user { id fullName unifiedId } unifiedUser { id userId name teamIds } }"
    ((entity,),) = ([*row["ownerEntities"]] for row in rows(reader, "getTables", fields))
    own = str(ada.uuid)
    assert entity["user"] == {"id": own, "fullName": "ada@acme.test", "unifiedId": own}
    assert entity["unifiedUser"] == {"id": own, "userId": own, "name": "ada@acme.test", "teamIds": [str(finance.pk)]}
