"""Random imports one after the other, against a model in plain Python that knows no SQL."""

import random
from datetime import timedelta
from typing import Any

import pytest

from catalog.models import Column, Database, Schema, Table
from catalog.services.merging.kinds import COLUMN, DATABASE, SCHEMA, TABLE, Kind
from tests.catalog.factories import SourceFactory
from tests.catalog.services.merging.test_warehouse import bring, rows
from tests.factories import NOW

pytestmark = pytest.mark.django_db

KINDS = {DATABASE: (None, Database), SCHEMA: (DATABASE, Schema), TABLE: (SCHEMA, Table), COLUMN: (TABLE, Column)}
SIZES = {DATABASE: 2, SCHEMA: 4, TABLE: 8, COLUMN: 16}
EMPTY = {DATABASE: (), SCHEMA: (None,), TABLE: (None, "TABLE", None, None), COLUMN: (None, "STRING", 1, None)}


def drawn(dice):
    """Files with ids and names from a few, so that they are often there twice, moved, renamed, or without a parent."""
    files = {}
    for kind, (parent, _) in KINDS.items():
        if dice.random() < 0.1:
            continue  # it did not come
        number = dice.randint(0, SIZES[kind])
        files[kind] = rows(
            *(
                (
                    f"{kind.name}-{dice.randint(1, SIZES[kind])}",
                    f"{parent.name}-{dice.randint(1, SIZES[parent])}" if parent else None,
                    dice.choice("abcdef"),
                    *EMPTY[kind],
                )
                for _ in range(number)
            )
        )
    return files


class Model:
    """What should be stored: of each kind, id to parent's id, name, and whether it is there."""

    def __init__(self):
        self.stored: dict[Kind, dict[str, Any]] = {kind: {} for kind in KINDS}

    def bring(self, files):
        """Returns the numbers of the rows that are not used, by kind."""
        refused = {}
        for kind, (parent, _) in KINDS.items():
            if kind not in files:
                continue
            used, refused[kind] = self.usable(files[kind], parent)
            present = {row[3] for row in files[kind]}
            for pk, entry in self.stored[kind].items():
                entry["there"] = entry["there"] and pk in present
            for row in used:
                self.stored[kind][row[3]] = {"parent": row[4], "name": row[6], "there": True}
        return refused

    def is_there(self, kind, pk):
        entry, above = self.stored[kind].get(pk), KINDS[kind][0]
        return bool(entry and entry["there"] and (above is None or self.is_there(above, entry["parent"])))

    def usable(self, given, parent):
        ids, named, used, refused = set(), set(), [], set()
        for row in given:  # by id, then by what it lies in, then by name: as the report tells
            if row[3] in ids:
                refused.add(row[1])
            ids.add(row[3])
        for row in given:
            if row[1] in refused:
                continue
            if (parent and not self.is_there(parent, row[4])) or (row[4], row[6]) in named:
                refused.add(row[1])
            else:
                named.add((row[4], row[6]))
                used.append(row)
        return used, refused


def stored(kind, parent, model, source):
    field = f"{parent.name}__external_id" if parent else "source__name"
    return {
        pk: {"parent": above if parent else None, "name": name, "there": deleted is None}
        for pk, above, name, deleted in model.objects.filter(account=source.account).values_list(
            "external_id", field, "name", "deleted_at"
        )
    }


@pytest.mark.parametrize("seed", range(3))
def test_imports_leave_what_a_model_says(seed):
    dice, model, source = random.Random(seed), Model(), SourceFactory()
    for number in range(25):
        files = drawn(dice)
        refused = model.bring(files)
        _, findings = bring(source, files, now=NOW + timedelta(minutes=number))
        told = {kind: {one.row for one in findings if one.kind == kind.name} for kind in refused}
        assert told == refused, (seed, number)
        for kind, (parent, rows_of) in KINDS.items():
            assert stored(kind, parent, rows_of, source) == model.stored[kind], (seed, number, kind.name)
    for table in Table.objects.select_related("schema__database"):
        assert table.path == f"{table.schema.database.name}.{table.schema.name}.{table.name}"
