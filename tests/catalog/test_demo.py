"""What the demo account knows fits together."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Count

from accounts.models import Team, User
from catalog.choices import Colors, DashboardFieldRole, QualityStatus, QueryType, SourceOrigin
from catalog.demo.filling import fill
from catalog.demo.usage import JOINED, NAMED, joins_of, tables_of
from catalog.index.checking import differences
from catalog.models import (
    CatalogRow,
    Column,
    ColumnJoin,
    Dashboard,
    DashboardField,
    Database,
    FieldLineage,
    Lineage,
    QualityCheck,
    Schema,
    SearchDue,
    Source,
    Table,
    TableQuery,
    Tag,
    Term,
)
from catalog.queries.search import find
from tests.factories import NOW, AccountFactory

pytestmark = pytest.mark.django_db

MODELS: list[Any] = [model for model in apps.get_app_config("catalog").get_models() if issubclass(model, CatalogRow)]
AT_LEAST: dict[Any, int] = dict.fromkeys(MODELS, 1) | {Team: 4, User: 4}
AT_LEAST |= {Source: 3, Database: 4, Schema: 8, Table: 40, Column: 380, Dashboard: 15, DashboardField: 60}
AT_LEAST |= {Lineage: 70, FieldLineage: 250, Tag: 15, Term: 11, TableQuery: 40, ColumnJoin: 20, QualityCheck: 20}


@pytest.fixture(scope="module")
def filled(rows_of_module):
    account = AccountFactory.create()
    fill(account, now=NOW)
    return account


def counts():
    return {model: model.objects.count() for model in AT_LEAST}


def test_the_demo_has_something_of_everything(filled):
    assert {model.__name__: count for model, count in counts().items() if count < AT_LEAST[model]} == {}


def test_everything_is_found_at_once(filled):
    assert list(differences(filled)) == []
    assert not SearchDue.objects.exists()
    assert find(filled, "Bestellungen").items


def test_filling_twice_changes_nothing(filled):
    before = counts()
    assert (fill(filled, now=NOW), counts()) == (False, before)


def test_every_row_is_one_that_a_form_would_take(filled):
    for model in MODELS:
        relations = {field.name for field in model._meta.fields if field.is_relation}
        for row in model.objects.all():
            row.clean_fields(exclude=relations)


def test_everything_is_of_the_account(filled):
    for model in MODELS:
        assert not model.objects.exclude(account=filled).exists()
        for field in (field for field in model._meta.fields if hasattr(field.related_model, "account")):
            ends = model.objects.exclude(**{field.name: None}).values_list(f"{field.name}__account", flat=True)
            assert set(ends) <= {filled.pk}


def test_everything_came_from_tools(filled):
    assert set(Source.objects.values_list("origin", flat=True)) == {SourceOrigin.EXTRACTION}


@pytest.mark.parametrize(
    ("model", "name", "choices"),
    [
        (QualityCheck, "status", QualityStatus),
        (TableQuery, "query_type", QueryType),
        (DashboardField, "role", DashboardFieldRole),
        (Tag, "color", Colors),
    ],
)
def test_every_choice_is_shown(filled, model, name, choices):
    assert set(model.objects.values_list(name, flat=True)) == set(choices)


def test_addresses_are_personal_data(filled):
    unmarked = Column.objects.filter(name__contains="email").exclude(is_pii=True)
    assert list(unmarked.values_list("external_id", flat=True)) == []


def test_every_table_has_a_key_and_a_description(filled):
    tables = Table.objects.exclude(columns__is_primary_key=True) | Table.objects.filter(external_description=None)
    assert list(tables) == []


def test_most_columns_are_described(filled):
    described = Column.objects.exclude(external_description=None).count()
    assert described > 0.75 * Column.objects.count()


def test_fields_come_from_where_their_tables_come_from(filled):
    made = set(Lineage.objects.values_list("parent_table", "child_table"))
    between = FieldLineage.objects.exclude(parent_column=None).exclude(child_column=None)
    assert set(between.values_list("parent_column__table", "child_column__table")) <= made


def test_every_dashboard_leads_back_to_raw_data(filled):
    parents: dict[Any, list[Any]] = {}
    for one in Lineage.objects.all():
        child = one.child_table_id or one.child_dashboard_id
        parents.setdefault(child, []).append(one.parent_table_id or one.parent_dashboard_id)
    reached: set[Any] = set(Dashboard.objects.values_list("id", flat=True))
    while above := {parent for child in reached for parent in parents.get(child, ())} - reached:
        reached |= above
    roots = Table.objects.filter(id__in=reached - set(parents))
    assert {path.split(".")[0] for path in roots.values_list("path", flat=True)} == {"raw"}


def test_queries_name_tables_and_columns_that_exist(filled):
    known = set(Column.objects.values_list("external_id", flat=True))
    for text in TableQuery.objects.values_list("query", flat=True):
        aliases = {alias: path for path, alias in NAMED.findall(text) if alias}
        named = re.findall(r"\b([a-z])\.([a-z_0-9]+)", text)
        assert {f"{aliases[alias]}.{name}" for alias, name in named} <= known


def test_popularity_rests_on_queries(filled):
    tables = Table.objects.exclude(number_of_queries=None).order_by("-number_of_queries", "-popularity")
    popularity = [table.popularity or 0 for table in tables]
    assert (popularity[0], popularity) == (1_000_000, sorted(popularity, reverse=True))


def test_a_table_that_was_queried_has_its_queries(filled):
    tables = Table.objects.annotate(found=Count("queries"))
    assert {table.found > 0 for table in tables.exclude(number_of_queries=None)} == {True}
    assert {table.found for table in tables.filter(number_of_queries=None)} == {0}


def test_a_text_tells_its_tables_and_joins():
    text = "SELECT 1 FROM a.b.c AS x JOIN a.b.d AS y ON y.id = x.d_id"
    assert (tables_of(text), joins_of(text)) == ({"a.b.c", "a.b.d"}, {("a.b.c.d_id", "a.b.d.id")})
    assert JOINED.findall("ON a.b <> c.d") == []
