"""Tags and owners that a file says, beside those of people."""

import pytest

from catalog.choices import OwnerOrigin, TagEntityOrigin
from catalog.models import EntityEditor, OwnerEntity, Table, Tag, TagEntity
from catalog.services.merging.kinds import TABLE, USER
from tests.catalog import factories
from tests.catalog.factories import SourceFactory, TagFactory, tagged
from tests.catalog.services.merging.test_warehouse import SHOP, bring, rows, table
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def source(acme):
    return SourceFactory(account=acme, technology="SNOWFLAKE")


def tags_of(name):
    rows = TagEntity.objects.filter(table__name=name).order_by("tag__label")
    return list(rows.values_list("tag__label", "origin", "technology"))


def said(*tags):
    return SHOP | {TABLE: rows(table("t1", "s1", "orders", tags=tags), table("t2", "s1", "people", tags=tags[:1]))}


def test_tags_of_the_file_come_and_go(source):
    bring(source, said("gold", " daily ", "gold", ""))
    assert tags_of("orders") == [("daily", "EXTERNAL", "SNOWFLAKE"), ("gold", "EXTERNAL", "SNOWFLAKE")]
    bring(source, said("gold"))
    assert tags_of("orders") == tags_of("people") == [("gold", "EXTERNAL", "SNOWFLAKE")]
    bring(source, SHOP, absent=["tags"])
    assert tags_of("orders") == [("gold", "EXTERNAL", "SNOWFLAKE")]
    bring(source, said())
    assert tags_of("orders") == []
    assert Tag.objects.count() == 2


@pytest.mark.parametrize(("origin", "technology"), [("USER", None), ("INTERNAL", None), ("EXTERNAL", "DBT")])
def test_tags_of_others_stay_and_are_not_given_twice(source, acme, origin, technology):
    bring(source, SHOP)
    orders = Table.objects.get(name="orders")
    tagged(orders, TagFactory(account=acme, label="gold"))
    TagEntity.objects.update(origin=origin, technology=technology)
    bring(source, said("gold"))
    bring(source, said())
    assert tags_of("orders") == [("gold", TagEntityOrigin(origin), technology)]


def owned(by):
    users = rows(("u1", None, "Carol", by.email.upper()), ("u2", None, "Nobody", "nobody@elsewhere.test"))
    return {USER: users, TABLE: rows(table("t1", "s1", "orders", owner="u1"), table("t2", "s1", "people", owner="u2"))}


def test_who_is_somebody_of_the_account_owns_and_who_is_not_edits(source, carol):
    bring(source, SHOP | owned(carol))
    owners = OwnerEntity.objects.values_list("user__email", "table__name", "origin")
    assert list(owners) == [(carol.email, "orders", OwnerOrigin.EXTERNAL)]
    editors = EntityEditor.objects.values_list("source_user__name", "table__name")
    assert list(editors) == [("Nobody", "people")]
    bring(source, SHOP)
    assert not OwnerEntity.objects.exists()
    assert not EntityEditor.objects.exists()


def test_an_owner_whom_people_named_stays(source, carol, ada):
    bring(source, SHOP)
    factories.owned(Table.objects.get(name="orders"), by=ada)
    bring(source, SHOP | owned(carol))
    bring(source, SHOP)
    assert list(OwnerEntity.objects.values_list("user__email", "origin")) == [(ada.email, "USER")]


def test_an_owner_whom_nobody_knows_is_told_and_the_table_is_there(source):
    _, findings = bring(source, SHOP | {TABLE: rows(table("t1", "s1", "orders", owner="u9"))})
    told = [(one.kind, one.column, one.word, one.value) for one in findings]
    assert ("table", "owner", "unknown_reference", "u9") in told
    assert Table.objects.get(name="orders").deleted_at is None


def test_a_person_of_another_account_owns_nothing(source):
    bring(source, SHOP | owned(UserFactory()))
    assert not OwnerEntity.objects.exists()
    assert EntityEditor.objects.count() == 2
