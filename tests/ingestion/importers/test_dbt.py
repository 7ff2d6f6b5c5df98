"""dbt's manifests and run results, beside the warehouse whose tables they tell of."""

import json

import pytest

from catalog.choices import SourceTechnology, SourceType
from catalog.models import Column, Lineage, QualityCheck, Table, TagEntity
from ingestion.models import Batch, Family
from tests.catalog.factories import SourceFactory
from tests.ingestion.corpora import read_corpus, read_expected
from tests.ingestion.importing import SHOP, STAMP, bring, corpus

pytestmark = pytest.mark.django_db(transaction=True)


def node(name, kind="model", **more):
    said = {"resource_type": kind, "name": name, "database": "SHOP", "schema": "public", **more}
    said.setdefault("relation_name", f'"SHOP"."public"."{name}"')
    return {f"{kind}.p.{name}": said}


def manifest(*nodes, sources=()):
    version = "https://schemas.getdbt.com/dbt/manifest/v12.json"
    members = {key: value for one in nodes for key, value in one.items()}
    read = {key: value for one in sources for key, value in one.items()}
    return json.dumps({"metadata": {"dbt_schema_version": version}, "nodes": members, "sources": read}).encode()


def say(source, content, *, name="manifest.json", stamp=STAMP):
    return bring(source, {name: content}, family=Family.DBT, stamp=stamp)


@pytest.fixture
def filled(warehouse):
    table = [*SHOP["table"], ["t3", "s1", "daily", "", "", "TABLE", ""]]
    bring(warehouse, SHOP | {"table": table})
    return warehouse


def texts(model=Table):
    rows = model.objects.filter(external_description__isnull=False).order_by("name")
    return list(rows.values_list("name", "external_description", "external_description_source"))


def test_texts_tags_and_edges_of_a_manifest(filled, dbt):
    columns = {"NAME": {"name": "NAME", "description": "Who it is", "tags": ["pii"]}, "lost": {"name": "lost"}}
    between = node("between", config={"materialized": "ephemeral"}, depends_on={"nodes": ["source.p.orders"]})
    people = node("people", description="All people", tags=["core"], columns=columns)
    people["model.p.people"]["depends_on"] = {"nodes": ["model.p.between", "model.p.people"]}
    daily = node("daily", depends_on={"nodes": ["model.p.people", "model.p.lost"]})
    said = manifest(between, people, daily, node("lost"), sources=[node("orders", "source", description="Raw orders")])
    batch = say(dbt, said)
    told = list(batch.issues.values_list("word", "value"))
    assert told == [("unknown_reference", "SHOP.public.lost")]
    assert texts() == [("orders", "Raw orders", "DBT"), ("people", "All people", "DBT")]
    assert texts(Column) == [("name", "Who it is", "DBT")]
    assert list(Table.objects.order_by("name").values_list("transformation_source", flat=True)) == ["DBT", None, "DBT"]
    assert sorted(Lineage.objects.values_list("parent_table__name", "child_table__name", "lineage_type")) == [
        ("orders", "people", "OTHER_TECHNOS"),
        ("people", "daily", "OTHER_TECHNOS"),
    ]
    tags = TagEntity.objects.filter(technology="DBT").order_by("tag__label")
    assert list(tags.values_list("tag__label", "table__name", "column__name")) == [
        ("core", "people", None),
        ("pii", None, "name"),
    ]
    again = say(dbt, said, stamp=STAMP + 1)
    assert not again.changes.exists()
    say(dbt, manifest(node("people"), node("daily")), stamp=STAMP + 2)
    assert texts() == [("orders", "Raw orders", "DBT")]
    assert not Lineage.objects.exists()
    assert not TagEntity.objects.filter(technology="DBT").exists()
    bring(filled, SHOP, stamp=STAMP + 9)
    assert texts()[0] == ("orders", "Raw orders", "DBT")


def test_a_project_that_reads_a_table_has_no_say_in_what_its_own_says(filled, dbt, acme):
    say(dbt, manifest(node("people", description="Ours", tags=["core"]), sources=[node("people", "source")]))
    Table.objects.filter(name="orders").update(external_description="By API", external_description_source="API")
    other = SourceFactory(account=acme, technology=SourceTechnology.DBT, type=SourceType.TRANSFORMATION, name="Two")
    said = [node("people", "source", description="Theirs"), node("orders", "source", description="Theirs")]
    say(other, manifest(sources=said))
    assert texts() == [("orders", "By API", "API"), ("people", "Ours", "DBT")]
    assert TagEntity.objects.filter(tag__label="core").exists()


def test_an_older_manifest_is_superseded(filled, dbt):
    say(dbt, manifest(node("people", description="New")), stamp=STAMP + 1)
    assert say(dbt, manifest(node("people", description="Old"))).state == Batch.State.SUPERSEDED


def test_run_results_say_how_the_tests_of_the_latest_manifest_went(filled, dbt):
    test = {
        "resource_type": "test",
        "name": "unique_people_name",
        "column_name": "name",
        "attached_node": "model.p.people",
        "depends_on": {"nodes": ["model.p.people"]},
    }
    result = {
        "status": "fail",
        "message": "2 rows",
        "timing": [{"name": "execute", "completed_at": "2026-01-01T00:00:00Z"}],
    }
    results = json.dumps(
        {"results": [{"unique_id": "test.p.u", **result}, {"unique_id": "test.p.lost", **result}]}
    ).encode()
    assert say(dbt, results, name="run_results.json").state == Batch.State.REFUSED
    say(dbt, manifest(node("people"), {"test.p.u": test}), stamp=STAMP + 1)
    batch = say(dbt, results, name="run_results.json", stamp=STAMP + 2)
    assert list(batch.issues.values_list("row", "column", "value")) == [(2, "unique_id", "test.p.lost")]
    check = QualityCheck.objects.get()
    assert check.column
    assert (check.name, check.column.name, check.status, check.result, check.source) == (
        *("unique_people_name", "name", "ALERT", "2 rows"),
        "dbt",
    )


def test_edges_of_a_real_manifest_are_those_that_dbt_says(warehouse, dbt):
    bring(warehouse, corpus("warehouse/jaffle"))
    expected = read_expected("dbt/expected.json")["v12-jaffle-1.11-snowflake"]
    stored = {path.lower() for path in Table.objects.values_list("path", flat=True)}
    batch = say(dbt, read_corpus("dbt/v12-jaffle-1.11-snowflake/manifest.json.gz"))
    assert batch.issues.count() == len(set(expected["tables"]) - stored)
    edges = {
        (parent.lower(), child.lower())
        for parent, child in Lineage.objects.values_list("parent_table__path", "child_table__path")
    }
    assert edges == {(one, other) for one, other in expected["edges"] if {one, other} <= stored}
    described = Table.objects.filter(external_description_source="DBT").count()
    assert described == expected["described_tables"]
    assert Column.objects.filter(external_description_source="DBT").count() == expected["described_columns"]
