"""Files of a BI tool: dashboards, fields, and what they are made from."""

from datetime import UTC, datetime, timedelta

import pytest

from catalog.models import Dashboard, DashboardField, EntityEditor, FieldLineage, Lineage, OwnerEntity
from ingestion import queue
from ingestion.models import Batch, Change, Family
from tests.catalog.factories import DashboardFactory, SourceFactory
from tests.factories import NOW
from tests.ingestion.importing import BY, SHOP, STAMP, bring, corpus, import_now

pytestmark = pytest.mark.django_db(transaction=True)

HEAD = [
    *("id", "dashboard_type", "name", "folder_path", "url", "description", "user_name", "view_count"),
    *("parent_tables", "parent_dashboards"),
]
URL = "https://bi.acme.test/1"
BI = {
    "dashboards": [
        HEAD,
        ["m", "viz_model", "Model", "/Home/Sales", URL, "", "CAROL@acme.test", "5", "['SHOP.public.Orders']", ""],
        ["m", "TILE", "Tile", "/Home", URL, "A tile", "", "", "", "['m']"],
        ["d", "DASHBOARD", "Board", "/", URL, "", "x@else.test", "10", "['shop.public.people']", "['m', 'gone']"],
        ["e", "DASHBOARD", "Other", "/", URL, "", "", "0", "['shop.public.nowhere']", "['e']"],
    ],
    "dashboard_fields": [
        ["dashboard_id", "external_id", "name", "role", "child_dashboards", "parent_columns"],
        ["m", "m.id", "id", "dimension", "['d']", "['shop.public.orders.ID']"],
        ["d", "d.id", "id", "MEASURE", "", ""],
    ],
    "dashboard_queries": [
        ["dashboard_id", "dashboard_type", "text", "database_name"],
        ["m", "VIZ_MODEL", "SELECT 1", "shop"],
        ["m", "DASHBOARD", "SELECT 1", "shop"],
    ],
}


def edges():
    """Names of parent and child of all lineage between assets."""
    return sorted(
        (str(row.parent_table or row.parent_dashboard), str(row.child_table or row.child_dashboard))
        for row in Lineage.objects.all()
    )


def changed(row, column, value):
    """BI with another cell in a row of its dashboards."""
    rows = [list(cells) for cells in BI["dashboards"]]
    rows[row][HEAD.index(column)] = value
    return BI | {"dashboards": rows}


@pytest.fixture
def filled(warehouse):
    bring(warehouse, SHOP)
    return warehouse


def test_dashboards_and_fields_are_there_with_what_they_are_made_from(filled, bi, carol):
    batch = bring(bi, BI | {"dashboards": [*BI["dashboards"][:3], BI["dashboards"][4]]}, family=Family.VIZ)
    told = list(batch.issues.values_list("upload__kind", "row", "column", "word", "value"))
    assert told == [
        ("dashboards", 4, "parent_tables", "unknown_reference", "shop.public.nowhere"),
        ("dashboards", 4, "parent_dashboards", "unauthorized_value", "e"),
        ("dashboard_fields", 2, "child_dashboards", "unknown_reference", "d"),
        ("dashboard_fields", 3, "dashboard_id", "unknown_reference", "d"),
        ("dashboard_queries", 3, "dashboard_id", "unknown_reference", "m"),
    ]
    assert (batch.counts["dashboards"]["loaded"], batch.counts["dashboard_queries"]["loaded"]) == (3, 1)
    batch = bring(bi, BI, family=Family.VIZ, stamp=STAMP + 1)
    assert sorted(Dashboard.objects.values_list("name", "type", "folder_path", "popularity")) == [
        ("Board", "DASHBOARD", "", 1_000_000),
        ("Model", "VIZ_MODEL", "Home/Sales", 500_000),
        ("Other", "DASHBOARD", "", 0),
        ("Tile", "TILE", "Home", None),
    ]
    assert edges() == [("Model", "Board"), ("Model", "Tile"), ("orders", "Model"), ("people", "Board")]
    assert set(Lineage.objects.values_list("found_by", "lineage_type")) == {(bi.pk, "OTHER_TECHNOS")}
    field = DashboardField.objects.get()
    assert (field.label, field.data_type, field.role) == ("id", "CUSTOM", "DIMENSION")
    assert field.dashboard.type == "VIZ_MODEL"
    sides = FieldLineage.objects.values_list(
        "parent_column__name", "child_dashboard__name", "child_dashboard_field__name"
    )
    assert set(sides) == {("id", None, "id"), (None, "Board", None)}
    assert OwnerEntity.objects.get(dashboard__name="Model").user == carol
    assert EntityEditor.objects.get(dashboard__name="Board").source_user.email == "x@else.test"


def test_edges_that_nobody_says_any_more_go_and_those_of_others_stay(filled, bi, acme):
    bring(bi, BI, family=Family.VIZ)
    board, model = Dashboard.objects.get(name="Board"), Dashboard.objects.get(name="Model")
    Lineage.objects.filter(child_dashboard=board, parent_dashboard=model).update(
        lineage_type="MANUAL_CUSTOMER", found_by=None
    )
    other = DashboardFactory(source=SourceFactory(account=acme, name="Other BI"), account=acme)
    theirs = Lineage.objects.get(child_dashboard=board, parent_table__name="people")
    Lineage.objects.filter(pk=theirs.pk).update(found_by=other.source)
    moved = changed(3, "parent_tables", "['shop.public.orders']")
    moved["dashboards"][1][-2] = moved["dashboards"][3][-1] = ""
    before = Lineage.objects.count()
    batch = bring(bi, moved, family=Family.VIZ, stamp=STAMP + 1)
    assert edges() == [("Model", "Board"), ("Model", "Tile"), ("orders", "Board"), ("people", "Board")]
    assert (before, Change.objects.filter(batch=batch, kind="lineage").count()) == (4, 1)
    assert batch.counts["dashboards"]["notes"] == ["Lineage: 1 new, 1 no more said, 3 as before."]


def test_what_sql_found_is_the_file_s_once_it_says_so_and_else_stays(filled, bi, acme):
    bring(bi, BI, family=Family.VIZ)
    tile = Dashboard.objects.get(name="Tile")
    said = Lineage.objects.get(parent_table__name="orders")
    Lineage.objects.filter(pk=said.pk).update(lineage_type="AUTOMATIC")
    Lineage.objects.create(
        account=acme,
        created_at=NOW,
        updated_at=NOW,
        found_by=bi,
        parent_table=said.parent_table,
        child_dashboard=tile,
        lineage_type="AUTOMATIC",
    )
    bring(bi, BI, family=Family.VIZ, stamp=STAMP + 1)
    told = Lineage.objects.filter(parent_table=said.parent_table).order_by("lineage_type")
    assert list(told.values_list("child_dashboard__name", "lineage_type", "found_by")) == [
        ("Tile", "AUTOMATIC", bi.pk),
        ("Model", "OTHER_TECHNOS", bi.pk),
    ]


def test_the_same_again_writes_nothing_and_a_column_that_is_not_there_says_nothing(filled, bi):
    bring(bi, BI, family=Family.VIZ)
    times = set(Lineage.objects.values_list("pk", "updated_at"))
    bring(bi, BI, family=Family.VIZ, stamp=STAMP + 1)
    short = {"dashboards": [row[:-2] for row in BI["dashboards"]]}
    bring(bi, BI | short, family=Family.VIZ, stamp=STAMP + 2)
    assert set(Lineage.objects.values_list("pk", "updated_at")) == times


def test_a_held_batch_is_confirmed_by_the_numbers_of_its_files(filled, bi, acme):
    many = [[f"d{number}", "DASHBOARD", f"D{number}", "/", URL, *[""] * 5] for number in range(30)]
    bring(bi, BI | {"dashboards": [HEAD, *many]}, family=Family.VIZ)
    held = bring(bi, BI | {"dashboards": [HEAD, *many[:2]]}, family=Family.VIZ, stamp=STAMP + 1)
    assert (held.state, "28 of 30 dashboards" in held.note) == (Batch.State.WITHHELD, True)
    queue.confirm(acme, held.pk, by=BY, now=NOW)
    assert import_now(held).state == Batch.State.IMPORTED_WITH_ISSUES


def test_a_real_file_is_imported_when_no_other_has_come_for_a_while(bi):
    batch = bring(bi, corpus("bi/dbtresto"), family=Family.VIZ, now=datetime.now(UTC))
    assert batch.state == Batch.State.RECEIVED
    queue.close_batches(datetime.now(UTC) + timedelta(minutes=3))
    batch = import_now(batch)
    assert {word for (word,) in batch.issues.values_list("word")} == {"unknown_reference"}
    assert Dashboard.objects.get().folder_path == "exposures"
