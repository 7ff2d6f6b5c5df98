"""Arguments: what is wrong is said so that a model can mend it, whatever was sent."""

import pytest

from tests.api.mcp.asking import ask, call, refused, text

NASTY = (
    *("%", "_", "\\", "'; drop table x; --", "🙂" * 60, "a" * 200, "\u202e", "[a-z]*", "(" * 100, "null", "{{7*7}}"),
    *("../../etc/passwd", "<script>", "\n", "a\tb"),
)


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        (
            "search_tables",
            {"querry": "x"},
            "there is no argument `querry`. search_tables takes query, under, tag, limit, offset.",
        ),
        ("get_tables", {}, "`tables` is missing. get_tables takes tables, include, readme_chars, readme_offset."),
        ("search_tables", {"limit": 51}, "`limit`: expected `int` <= 50."),
        ("search_tables", {"limit": "many"}, "`limit`: expected `int`, got `str`."),
        ("search_tables", {"limit": True}, "`limit`: expected `int`, got `bool`."),
        ("search_tables", {"query": None}, "`query`: expected `str`, got `null`."),
        ("search_tables", {"query": "x" * 201}, "`query`: expected `str` of length <= 200."),
        ("get_tables", {"tables": []}, "`tables`: expected `array` of length >= 1."),
        ("get_tables", {"tables": ["x"] * 21}, "`tables`: expected `array` of length <= 20."),
        ("get_tables", {"tables": [""]}, "`tables[0]`: expected `str` of length >= 1."),
        ("get_lineage", {"asset": "x", "direction": "sideways"}, "`direction`: invalid enum value 'sideways'."),
    ],
)
def test_what_is_wrong_is_said(reader, tool, given, said):
    assert refused(reader, tool, **given) == f"Wrong arguments: {said}"


def test_a_wrong_part_of_an_update_is_said_by_its_place(writer):
    said = refused(writer, "update_column_description", updates=[{"column": "x", "descriptio": "y"}])
    assert said.startswith("Wrong arguments: `updates[")
    assert "descriptio" in said


@pytest.mark.parametrize("name", ["x" * 5_000, "a\nb", "`", "é"])
def test_a_name_that_is_no_argument_is_repeated_in_short(reader, name):
    said = refused(reader, "search_tables", **{name: 1})
    assert (len(said) < 300, "\n" in said) == (True, False)


@pytest.mark.parametrize("given", [{"mode": "x" * 100_000}, {"updates": [{"y" * 100_000: 1}]}, {"z" * 100_000: 1}])
def test_what_was_sent_is_repeated_in_short(writer, given):
    tool = "update_column_description" if "updates" in given else "update_table_readme"
    needed = {} if "updates" in given else {"table": "a.b.c", "readme": "x"}
    assert len(refused(writer, tool, **needed, **given)) < 400


def test_a_text_with_a_nul_is_refused_before_the_database(reader):
    for given in ({"query": "a\0b"}, {"under": "\0"}, {"tag": "\0"}):
        assert "NUL" in refused(reader, "search_tables", **given)
    assert "NUL" in refused(reader, "get_tables", tables=["\0"])


@pytest.mark.parametrize("value", NASTY)
@pytest.mark.parametrize(
    ("tool", "given"),
    [
        ("search_tables", lambda value: {"query": value}),
        ("search_tables", lambda value: {"under": value}),
        ("search_tables", lambda value: {"tag": value}),
        ("search_columns", lambda value: {"query": value}),
        ("search_terms", lambda value: {"under": value}),
        ("get_tables", lambda value: {"tables": [value]}),
        ("get_columns", lambda value: {"columns": [value]}),
        ("get_dashboards", lambda value: {"dashboards": [value]}),
        ("get_terms", lambda value: {"terms": [value]}),
        ("get_lineage", lambda value: {"asset": value}),
        ("list_table_columns", lambda value: {"table": value, "query": value}),
    ],
)
def test_nothing_that_is_sent_breaks_a_tool(reader, tool, given, value):
    result = call(reader, tool, **given(value))
    if result["isError"]:
        assert "our side" not in text(result)
        assert "database is away" not in text(result)


def test_arguments_that_are_no_object_are_an_error_of_the_protocol(reader):
    response = ask(reader, "tools/call", {"name": "search_tables", "arguments": [1]})
    assert response.json()["error"]["code"] == -32602
