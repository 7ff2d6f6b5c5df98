"""Random writes of every kind, one after the other: after each the index says what the rows say."""

from collections import Counter
from contextlib import suppress
from io import StringIO
from itertools import count

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from catalog.errors import CatalogError
from catalog.index import catching_up, writing
from catalog.index.checking import differences
from catalog.models import (
    Column,
    Dashboard,
    DashboardField,
    Database,
    Schema,
    SearchPosting,
    SearchWord,
    Source,
    Table,
    TableQuery,
    Tag,
    TagEntity,
    Term,
)
from catalog.models.knowledge import TAGGED
from catalog.services import documentation, extraction, knowledge, tables, warehouse
from tests.catalog.factories import ColumnFactory, DashboardFieldFactory, TagFactory, TermFactory, kind, ran, tagged
from tests.catalog.keeping import LATER, api_source, index_all, kept_table, work_off
from tests.factories import NOW, AccountFactory

ASSETS = (Table, Column, Dashboard, DashboardField, Term)
NAMES = st.sampled_from(["orders", "fct_orders", "Umsatz", "churn rate", "netAmount", "straße", "x"])
TEXTS = st.sampled_from([None, "Of parcels", "Paid **orders**, in euros", "Was übrig bleibt"])
DELETED = st.sampled_from([None, NOW])
PLACES = st.integers(0, 10_000)  # of a row among all of its kind
GIVEN = {"by": None, "now": LATER}


def filled(**values):
    """An account with a row of each kind."""
    account = AccountFactory.create(**values)
    table = kept_table(account, name="orders")
    column = ColumnFactory.create(table=table, name="amount")
    DashboardFieldFactory.create(dashboard__source=api_source(account), name="revenue")
    term = TermFactory.create(account=account, name="Sales")
    TermFactory.create(parent_term=term, name="Revenue")
    tagged(column, TagFactory.create(account=account, label="finance"))
    ran("select amount from orders", table)
    return account


class Writes(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.block = transaction.atomic()
        self.block.__enter__()
        self.account, self.other = filled(slug="ours"), filled(slug="theirs")
        self.numbers = count()
        index_all()

    def teardown(self):
        self.index_is_right(self.other)  # which nobody has written to
        self.words_are_counted()
        call_command("index_catalog", check=True, stdout=StringIO())  # raises of a difference, for which it exits 1
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def pick(self, model, place):
        rows = list(model.objects.visible_to(self.account).order_by("pk"))
        return rows[place % len(rows)]

    def call(self, service, **given):
        with suppress(CatalogError):  # a name that is taken, a term in itself
            service(self.account, **given, **GIVEN)

    def new(self, name, **values):
        return {"name": name, "external_id": f"{name} {next(self.numbers)}", **values}

    @rule(place=PLACES, name=NAMES, deleted=DELETED)
    def change_the_source(self, place, name, deleted):
        row = {"id": str(api_source(self.account).pk), "name": name, "deleted_at": deleted}
        self.call(warehouse.update_source, row=row)

    @rule(name=NAMES)
    def create_a_database_with_a_table(self, name):
        source = str(api_source(self.account).pk)
        with suppress(CatalogError):
            [database] = warehouse.create_databases(self.account, rows=[self.new(name, source_id=source)], **GIVEN)
            rows = [self.new(name, database_id=str(database.pk))]
            [schema] = warehouse.create_schemas(self.account, rows=rows, **GIVEN)
            tables.create_tables(self.account, rows=[self.new(name, schema_id=str(schema.pk))], **GIVEN)

    @rule(model=st.sampled_from([Database, Schema]), place=PLACES, name=NAMES, deleted=DELETED, hidden=st.booleans())
    def change_a_place(self, model, place, name, deleted, hidden):
        row = {"id": str(self.pick(model, place).pk), "name": name, "deleted_at": deleted, "is_hidden": hidden}
        self.call(warehouse.update_databases if model is Database else warehouse.update_schemas, rows=[row])

    @rule(place=PLACES, name=NAMES, many=st.integers(1, 3))
    def create_tables(self, place, name, many):
        schema = str(self.pick(Schema, place).pk)
        self.call(tables.create_tables, rows=[self.new(name, schema_id=schema) for _ in range(many)])

    @rule(place=PLACES, name=NAMES, text=TEXTS, deleted=DELETED)
    def change_a_table(self, place, name, text, deleted):
        row = {"id": str(self.pick(Table, place).pk), "name": name, "external_description": text, "deleted_at": deleted}
        self.call(tables.update_tables, rows=[row])

    @rule(place=PLACES, number=st.integers(0, 100))
    def count_the_queries_of_a_table(self, place, number):
        self.call(tables.update_tables, rows=[{"id": str(self.pick(Table, place).pk), "number_of_queries": number}])

    @rule(place=PLACES, text=TEXTS)
    def describe_a_table(self, place, text):
        row = {"id": str(self.pick(Table, place).pk), "external_description": text}
        self.call(tables.update_table_descriptions, rows=[row])

    @rule(place=PLACES, name=NAMES)
    def create_columns(self, place, name):
        table = str(self.pick(Table, place).pk)
        rows = [self.new(f"{name}{number}", table_id=table, data_type="INT") for number in range(2)]
        self.call(tables.create_columns, rows=rows)

    @rule(place=PLACES, name=NAMES, deleted=DELETED)
    def change_a_column(self, place, name, deleted):
        row = {"id": str(self.pick(Column, place).pk), "name": name, "deleted_at": deleted}
        self.call(tables.update_columns, rows=[row])

    @rule(place=PLACES, text=TEXTS)
    def describe_a_column(self, place, text):
        row = {"id": str(self.pick(Column, place).pk), "description_raw": text}
        self.call(tables.update_columns_metadata, rows=[row])

    @rule(model=st.sampled_from([Table, Dashboard, Term]), place=PLACES, text=TEXTS)
    def document(self, model, place, text):
        service = getattr(documentation, f"update_{kind(model())}s_documentation")
        if model.objects.visible_to(self.account).exists():
            self.call(service, rows=[{"id": str(self.pick(model, place).pk), "description_markdown": text or ""}])

    @rule(place=PLACES, name=NAMES)
    def create_a_term(self, place, name):
        parents = [None, *Term.objects.visible_to(self.account).order_by("pk")]
        parent = parents[place % len(parents)]
        row = {"name": name, "description": name, "parent_term_id": str(parent.pk) if parent else None}
        self.call(knowledge.create_term, row=row)

    @rule(place=PLACES, other=PLACES, name=NAMES)
    def move_a_term(self, place, other, name):
        if Term.objects.visible_to(self.account).exists():
            term, parent = self.pick(Term, place), self.pick(Term, other)
            row = {"id": str(term.pk), "name": name, "parent_term_id": str(parent.pk)}
            self.call(knowledge.update_term, row=row)

    @rule(place=PLACES)
    def delete_a_term(self, place):
        if Term.objects.visible_to(self.account).exists():
            self.call(knowledge.delete_term, row={"id": str(self.pick(Term, place).pk)})

    @rule(name=st.sampled_from(TAGGED), place=PLACES, label=NAMES, detach=st.booleans())
    def tag(self, name, place, label, detach):
        model = next(model for model in ASSETS if kind(model()) == name)
        if model.objects.visible_to(self.account).exists():
            asset = self.pick(model, place)
            row = {"label": label, "entity_type": name.upper(), "entity_id": str(asset.pk)}
            self.call(knowledge.detach_tags if detach else knowledge.attach_tags, rows=[row])

    @rule(place=PLACES, name=NAMES)
    def bring_in(self, place, name):
        table, number = self.pick(Table, place), next(self.numbers)
        tag = Tag(label=f"{name} {number}")
        source = Source.objects.get(pk=table.schema.database.source_id)
        column = Column(table=table, source=source, name=name, external_id=f"{name} {number}", data_type="INT")
        query = TableQuery(hash=str(number), query=f"select {name}", query_type="SELECT", timestamp=NOW)
        between = TableQuery.tables.through(tablequery=query, table=table)
        rows = [column, tag, TagEntity(tag=tag, table=table), query, between]
        extraction.bring_in(self.account, rows, **GIVEN)

    @invariant()
    def the_index_says_what_the_rows_say(self):
        self.index_is_right(self.account)

    def index_is_right(self, account):
        work_off(account)
        assert list(differences(account)) == []

    def words_are_counted(self):
        postings = SearchPosting.objects.filter(account=self.account).values_list("group", "word")
        counted = SearchWord.objects.filter(account=self.account).exclude(word="")
        assert {(group, word): number for group, word, number in counted.values_list("group", "word", "entries")} == (
            Counter(postings)
        )


def run(histories, writes):
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
    how = settings(
        max_examples=histories, stateful_step_count=writes, deadline=None, suppress_health_check=quiet, database=None
    )
    run_state_machine_as_test(Writes, settings=how)


@pytest.mark.django_db
def test_the_index_follows_some_random_writes():
    run(2, 20)


@pytest.mark.django_db
def test_the_index_follows_writes_that_are_put_off(monkeypatch):
    monkeypatch.setattr(writing, "MAX_AT_ONCE", 3)
    monkeypatch.setattr(catching_up, "SLICE", 2)
    run(2, 20)


@pytest.mark.long
@pytest.mark.django_db
def test_the_index_follows_a_thousand_random_writes():
    run(20, 50)
