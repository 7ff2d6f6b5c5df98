import io
import json

import pytest

from ingestion.errors import Unusable
from ingestion.reading.issues import IssueLog
from ingestion.reading.manifests import Manifest, Node, NodeTest, name_parts, node_of_test, true_parents
from tests.ingestion.corpora import read_corpus, read_expected

EXPECTED = read_expected("dbt/expected.json")


def read(content):
    """The manifest, its nodes by unique id, its tests, and row and word of each issue."""
    log = IssueLog()
    content = json.dumps(content).encode() if isinstance(content, dict) else content
    manifest = Manifest(io.BytesIO(content), name="manifest.json", log=log)
    found = list(manifest)
    nodes = {each.unique_id: each for each in found if isinstance(each, Node)}
    return manifest, nodes, [each for each in found if isinstance(each, NodeTest)], log


def path(node):
    return ".".join(node.relation or node.place)


@pytest.mark.parametrize("name", EXPECTED)
def test_manifest_of_each_version_says_what_dbt_said(name):
    expected = EXPECTED[name]
    manifest, nodes, tests, log = read(read_corpus(f"dbt/{name}/manifest.json.gz"))
    ephemeral = {node.unique_id for node in nodes.values() if node.is_ephemeral}
    parents = {node.unique_id: node.parents for node in nodes.values()}
    shown = [node for node in nodes.values() if not node.is_ephemeral]
    edges = {
        (path(nodes[parent]), path(node))
        for node in shown
        for parent in true_parents(node.unique_id, parents, ephemeral)
        if parent in nodes and path(nodes[parent]) != path(node)
    }
    assert (
        expected
        | {
            "tables": sorted({path(node) for node in shown if node.type != "source"}),
            "sources": sorted({path(node) for node in shown if node.type == "source"}),
            "edges": sorted(map(list, edges)),
            "described_tables": sum(1 for node in nodes.values() if node.description),
            "described_columns": sum(1 for node in nodes.values() for column in node.columns if column.description),
            "tests": len(tests),
            "tagged": sum(1 for node in shown if node.tags),
        }
        == expected
    )
    assert expected["dbt_schema_version"].endswith(f"/v{manifest.version}.json")
    assert (len(log), manifest.notes) == (0, [])
    assert {test.tested for test in tests} <= set(nodes)


NODE = {"resource_type": "model", "database": "d", "schema": "s", "name": "n", "alias": "a"}


def manifest_of(**nodes):
    return {"nodes": nodes}


def test_node_has_its_texts_and_the_tags_of_its_configuration():
    node = NODE | {
        "relation_name": '"d"."s"."a"',
        "description": "One\0 row",
        "tags": "daily",
        "config": {"tags": ["daily", "finance", 7], "materialized": "table"},
        "columns": {"id": {"name": "ID", "description": "Key", "config": {"tags": ["pii"]}}, "odd": 7},
        "depends_on": {"nodes": ["source.p.s.t"], "macros": ["macro.p.m"]},
        "compiled_sql": "select 1",
    }
    _, nodes, _, log = read(manifest_of(one=node))
    told = nodes["one"]
    assert (told.relation, told.place, told.description) == (("d", "s", "a"), ("d", "s", "a"), "One row")
    assert (told.tags, told.parents, told.sql) == (("daily", "finance"), ("source.p.s.t",), "select 1")
    assert [(column.name, column.description, column.tags) for column in told.columns] == [
        ("ID", "Key", ("pii",)),
        ("odd", None, ()),
    ]
    assert [(issue.row, issue.column, issue.line) for issue in log.kept] == [(1, "description", None)]


def test_models_in_python_have_no_sql():
    _, nodes, _, _ = read(manifest_of(one=NODE | {"language": "python", "compiled_code": "def model(): ..."}))
    assert nodes["one"].sql is None


def test_one_odd_node_loses_no_other():
    _, nodes, tests, log = read(
        manifest_of(
            list=[1],
            long=NODE | {"alias": "x" * 501},
            odd=NODE | {"columns": [1], "config": "no", "depends_on": {"nodes": {"a": 1}}, "tags": {"a": 1}},
            other={"resource_type": "operation"},
            type={"resource_type": {}},
            check={"resource_type": "test", "depends_on": None, "test_metadata": 7},
        )
    )
    assert list(nodes) == ["odd"]
    assert [(issue.row, str(issue.word)) for issue in log.kept] == [(1, "wrong_datatype"), (2, "unauthorized_value")]
    assert (tests[0].name, tests[0].tested, tests[0].column) == ("check", None, None)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ({"nodes": [NODE]}, "nodes must be an object"),
        ({"nodes": "none"}, "nodes must be an object"),
        ({"a": 1}, "neither nodes nor sources"),
        (
            {"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v4.json"}},
            "run_results.json",
        ),
        ({"nodes": {}, "metadata": {"dbt_schema_version": "https://x/dbt/catalog/v1.json"}}, "dbt's catalog.json"),
        (b'{"nodes": {"a": {"resource_type": "mod', "cut off"),
    ],
)
def test_what_is_no_manifest_is_refused(content, sentence):
    with pytest.raises(Unusable, match=sentence):
        read(content)


def test_newer_version_is_read_with_a_note():
    metadata = {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v20.json", "project_name": "shop"}
    manifest, nodes, _, _ = read({"nodes": {"one": NODE}, "metadata": metadata})
    assert (list(nodes), manifest.version, manifest.project) == (["one"], 20, "shop")
    assert "newer than this Catalog" in manifest.notes[0]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ('"a"."b"."c.d"', ("a", "b", "c.d")),
        ("`a-b`.`c`.`d`", ("a-b", "c", "d")),
        ("`a-b.c.d`", ("a-b", "c", "d")),
        ("[a b].[c]", ("a b", "c")),
        ("a.b", ("a", "b")),
        ('"a""b".c', ('a"b', "c")),
        ("", ()),
        ("(select 1)", ("(select",)),
        (None, ()),
        ('"a', ()),
    ],
)
def test_relation_is_taken_apart(name, parts):
    assert name_parts(name) == (parts if name != "(select 1)" else ())


@pytest.mark.parametrize(
    ("model", "tested"),
    [
        ("{{ get_where_subquery(ref('orders')) }}", "model.p.orders"),
        ("{{ ref('p', 'customers') }}", "model.p.customers"),
        ("{{ source('raw', 'orders') }}", "model.p.orders"),
        ("{{ ref('versioned', v=2) }}", "model.p.versioned.v2"),
        (None, "model.p.versioned.v2"),
    ],
)
def test_test_is_of_the_node_that_it_names(model, tested):
    assert node_of_test(["model.p.customers", "model.p.orders", "model.p.versioned.v2"], model) == tested
    assert node_of_test([], model) is None


def test_ephemeral_models_stand_for_their_parents_and_rings_end():
    parents = {"a": ["e", "b"], "e": ["f", "c"], "f": ["e", "d", "a"]}
    assert true_parents("a", parents, {"e", "f"}) == ["d", "c", "b"]
