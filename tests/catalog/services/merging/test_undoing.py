"""Imports taken back: random ones, with what people wrote since."""

import random
from datetime import timedelta

import pytest
from django.db import connection, transaction

from catalog.models import Table, TagEntity
from catalog.services.merging.comparing import compare
from catalog.services.merging.kinds import TABLE, WAREHOUSE
from catalog.services.merging.service import merge
from catalog.services.merging.staging import staged
from catalog.services.merging.undoing import take_back
from tests.catalog.factories import SourceFactory, TagFactory, tagged
from tests.catalog.services.merging.test_against_a_model import KINDS, drawn, stored
from tests.catalog.services.merging.test_warehouse import SHOP, rows, table
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def source(acme):
    return SourceFactory(account=acme)


def bring(source, files, *, now):
    """As an import does; returns what it keeps of rows that changed."""
    with transaction.atomic(), staged(source, WAREHOUSE) as stage:
        for kind, given in files.items():
            stage.load(kind, given)
        compare(stage, deletes=WAREHOUSE)
        merge(stage, by=None, now=now)
        return stage.fetch("SELECT kind, CAST(id AS text), CAST(before AS text) FROM former WHERE before IS NOT NULL")


def undo(source, kept, *, moment, now=LATER):
    key, json = ("uuid", "jsonb") if connection.vendor == "postgresql" else ("text", "text")
    with transaction.atomic(), staged(source, WAREHOUSE) as stage:
        stage.make("kept", f"(kind text, id {key}, before {json})")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO kept VALUES (%s, %s, %s)", kept)
        return take_back(stage, moment=moment, by=None, now=now)


def everything(source):
    return {
        kind.name: {pk: entry for pk, entry in stored(kind, parent, model, source).items() if entry["there"]}
        for kind, (parent, model) in KINDS.items()
    } | {"paths": sorted(Table.objects.filter(deleted_at=None).values_list("external_id", "path"))}


@pytest.mark.parametrize("seed", range(2))
def test_the_last_of_random_imports_leaves_no_trace(source, seed):
    dice = random.Random(100 + seed)
    for number in range(20):
        moment = NOW + timedelta(minutes=number)
        before = everything(source)
        kept = bring(source, drawn(dice), now=moment)
        if number % 2:
            continue
        assert undo(source, kept, moment=moment, now=moment + timedelta(seconds=30)) == 0, (seed, number)
        assert everything(source) == before, (seed, number)


def test_what_people_wrote_since_stays(source):
    bring(source, SHOP, now=NOW)
    renamed = rows(table("t1", "s1", "sales", "New"), table("t2", "s1", "staff"))
    kept = bring(source, SHOP | {TABLE: renamed}, now=NOW + timedelta(minutes=1))
    theirs = {"description_raw": "Ours", "updated_at": NOW + timedelta(minutes=2)}
    Table.objects.filter(external_id="t1").update(**theirs)
    assert undo(source, kept, moment=NOW + timedelta(minutes=1)) == 1
    assert sorted(Table.objects.values_list("name", "description_raw")) == [("people", None), ("sales", "Ours")]


def test_tags_are_as_they_were(source, acme):
    tags = {TABLE: rows(table("t1", "s1", "orders", tags=["gold", "daily"]), table("t2", "s1", "people"))}
    bring(source, SHOP | tags, now=NOW)
    other = {TABLE: rows(table("t1", "s1", "orders", tags=["daily", "new"]), table("t2", "s1", "people"))}
    kept = bring(source, SHOP | other, now=NOW + timedelta(minutes=1))
    tagged(Table.objects.get(name="people"), TagFactory(account=acme, label="mine"))
    undo(source, kept, moment=NOW + timedelta(minutes=1))
    assert sorted(TagEntity.objects.values_list("table__name", "tag__label")) == [
        ("orders", "daily"),
        ("orders", "gold"),
        ("people", "mine"),
    ]
