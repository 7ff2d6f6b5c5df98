"""Programs that write about one account's assets at the same instant, each on a connection of its own."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from accounts.models import Team
from accounts.teams import upsert_team
from catalog.errors import InvalidInput, NotFound, TermExists, TextChanged
from catalog.models import Lineage, QualityCheck, Tag, TagEntity, Term
from catalog.rules.versions import version_of
from catalog.services.documentation import update_tables_documentation, update_terms_documentation
from catalog.services.knowledge import attach_tags, create_term, delete_term, detach_tags, update_term
from catalog.services.lineage import delete_lineages, upsert_lineages
from catalog.services.tables import update_columns_metadata
from catalog.services.usage import remove_data_qualities, upsert_data_qualities
from catalog.services.warehouse import update_schemas
from tests.catalog.factories import ColumnFactory, TableFactory, TermFactory, kind
from tests.catalog.keeping import LATER, given, kept_schema
from tests.factories import NOW
from tests.faults.test_warehouse_races import PROGRAMS, TURNS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def tag(asset, label):
    return {"entity_type": kind(asset).upper(), "entity_id": str(asset.pk), "label": label}


def tables_of(account, count):
    return TableFactory.create_batch(count, schema__database__source__account=account)


def shuffled(rows, seed):
    return Random(seed).sample(rows, len(rows))


def test_all_attach_labels_that_nobody_had(acme):
    rows = [tag(table, label) for table in tables_of(acme, 3) for label in "abcde"]
    orders = [shuffled(rows, seed) for seed in range(PROGRAMS)]
    said = at_once(*[lambda rows=rows: attach_tags(acme, rows=rows, by=None, now=NOW) for rows in orders])
    assert said == [None] * PROGRAMS
    assert (Tag.objects.count(), TagEntity.objects.count()) == (5, 15)


def test_what_one_attaches_outlives_the_last_that_another_detaches(acme):
    one, other = tables_of(acme, 2)
    for turn in range(TURNS):
        label = f"label {turn}"
        attach_tags(acme, rows=[tag(one, label)], by=None, now=NOW)
        at_once(
            lambda label=label: detach_tags(acme, rows=[tag(one, label)], by=None, now=NOW),
            lambda label=label: attach_tags(acme, rows=[tag(other, label)], by=None, now=NOW),
        )
        assert TagEntity.objects.get(tag__label=label).table == other


def test_lineages_are_made_once_while_others_delete_them(acme):
    tables = tables_of(acme, 4)
    pairs = [(one, other) for one in tables for other in tables if one != other]
    rows = [{"parent_table_id": str(one.pk), "child_table_id": str(other.pk)} for one, other in pairs]
    makers = [
        lambda seed=seed: upsert_lineages(acme, rows=shuffled(rows, seed), by=None, now=NOW) for seed in range(PROGRAMS)
    ]
    said = at_once(*makers, lambda: delete_lineages(acme, rows=rows, by=None, now=NOW))
    assert [len(lineages) for lineages in said[:PROGRAMS]] == [len(rows)] * PROGRAMS
    assert Lineage.objects.count() in {0, len(rows)}


def test_the_newest_run_wins_in_whatever_order_uploads_arrive(acme):
    (table,) = tables_of(acme, 1)

    def upload(minutes):
        run_at = NOW + timedelta(minutes=minutes)
        checks = [{"external_id": name, "name": name, "run_at": run_at, "status": "ALERT"} for name in "abc"]
        upsert_data_qualities(acme, row={"table_id": str(table.pk), "quality_checks": checks}, by=None, now=NOW)

    for turn in range(TURNS):
        order = shuffled(range(turn, turn + PROGRAMS), turn)
        at_once(*[lambda minutes=minutes: upload(minutes) for minutes in order])
        newest = NOW + timedelta(minutes=turn + PROGRAMS - 1)
        assert list(QualityCheck.objects.values_list("run_at", flat=True)) == [newest] * 3


def test_terms_that_move_into_each_other_make_no_ring(acme):
    for _ in range(TURNS):
        one, other = TermFactory.create_batch(2, account=acme)
        said = at_once(
            *[
                lambda term=term, parent=parent: update_term(
                    acme, row={"id": str(term.pk), "parent_term_id": str(parent.pk)}, by=None, now=NOW
                )
                for term, parent in ((one, other), (other, one))
            ]
        )
        assert sorted(isinstance(answer, InvalidInput) for answer in said) == [False, True]
    assert not Term.objects.exclude(parent_term=None).exclude(depth_level=F("parent_term__depth_level") + 1).exists()


def test_nothing_is_put_on_a_term_that_is_deleted_meanwhile(acme):
    for _ in range(TURNS):
        term = TermFactory.create(account=acme)
        said = at_once(
            lambda term=term: delete_term(acme, row={"id": str(term.pk)}, by=None, now=NOW),
            lambda term=term: attach_tags(acme, rows=[tag(term, "PII")], by=None, now=NOW),
        )
        assert said[0] is None
        assert said[1] is None or isinstance(said[1], NotFound)
    assert (Term.objects.count(), TagEntity.objects.count()) == (0, 0)


def test_all_upsert_one_team(acme):
    given: tuple[dict[str, str], ...] = (
        {"slack_channel": "#data"},
        {"slack_group": "@data"},
        {"description": "Ours"},
        {},
    )
    said = at_once(*[lambda row=row: upsert_team(acme, row={"name": "Data"} | row, by=None, now=NOW) for row in given])
    team = Team.objects.get()
    assert said == [team] * 4
    assert (team.slack_channel, team.slack_group, team.description) == ("#data", "@data", "Ours")


def stored_backwards(tables):
    """The tables, which the database reads in another order than that of their ids from now on."""
    for table in reversed(tables):
        table.save()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return tables


def test_checks_of_many_tables_go_while_others_rename_what_lies_above(acme):
    schema = kept_schema(acme)
    tables = stored_backwards(TableFactory.create_batch(300, schema=schema))
    checks = [{"table_id": str(table.pk), "external_id": "fresh"} for table in tables]
    for turn in range(TURNS):
        said = at_once(
            *[lambda: remove_data_qualities(acme, row={"quality_checks": checks}, by=None, now=LATER)] * PROGRAMS,
            lambda turn=turn: update_schemas(acme, rows=[given(schema, name=f"public_{turn}")], by=None, now=LATER),
        )
        assert said[:PROGRAMS] == [None] * PROGRAMS


WRITERS: Mapping[Any, tuple[Callable[..., Any], str]] = {
    TableFactory: (update_tables_documentation, "description_markdown"),
    TermFactory: (update_terms_documentation, "description_markdown"),
    ColumnFactory: (update_columns_metadata, "description_raw"),
}


@pytest.mark.parametrize("factory", WRITERS)
def test_of_several_who_read_one_version_one_writes_and_the_others_hear_of_it(factory):
    service, field = WRITERS[factory]
    asset = factory.create(description_raw="Old")

    def write(text):
        row = given(asset, **{field: text})
        service(asset.account, rows=[row], by=None, now=LATER, expected=[version_of("Old")])
        return text

    said = at_once(*[lambda number=number: write(f"New {number}") for number in range(PROGRAMS)])
    asset.refresh_from_db()
    assert [text for text in said if isinstance(text, str)] == [asset.description_raw]
    others = [text for text in said if isinstance(text, TextChanged)]
    assert [fault.texts[0].version for fault in others] == [version_of(asset.description_raw)] * (PROGRAMS - 1)


def test_what_several_put_below_a_text_is_all_there(acme):
    term = TermFactory.create(account=acme, description_raw="Old")

    def append(text):
        row = given(term, description_markdown=text)
        update_terms_documentation(acme, rows=[row], by=None, now=LATER, append=True)

    at_once(*[lambda number=number: append(f"New {number}") for number in range(PROGRAMS)])
    term.refresh_from_db()
    assert sorted(term.description_raw.split("\n\n")) == [*(f"New {number}" for number in range(PROGRAMS)), "Old"]


def test_one_of_many_creates_a_term_that_shall_have_no_double(acme):
    row = {"name": "Net revenue", "description": "Text"}
    said = at_once(*[lambda: create_term(acme, row=row, by=None, now=NOW, allow_duplicate=False)] * PROGRAMS)
    assert sorted(isinstance(answer, TermExists) for answer in said) == [False, *[True] * (PROGRAMS - 1)]
    assert Term.objects.get().name == "Net revenue"
