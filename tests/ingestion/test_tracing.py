"""SQL that kills a parser kills a child, and no other statement is lost."""

import os
import signal
import subprocess
import sys

import pytest

from ingestion import tracing
from ingestion.parser import limits
from ingestion.tracing import Text, Tracer

DOUBLED = ", ".join(f"c{n} AS (SELECT x.*, y.* FROM c{n - 1} AS x, c{n - 1} AS y)" for n in range(1, 80))
DEADLY = {
    "subqueries": "SELECT a FROM (" * 5_000 + "t" + ")" * 5_000,
    "parentheses": "SELECT " + "(" * 1_000 + "a" + ")" * 1_000 + " FROM t",
    "cases": "SELECT " + "CASE WHEN a THEN " * 5_000 + "1" + " END" * 5_000 + " FROM t",
    "functions": "SELECT " + "f(" * 1_000 + "a" + ")" * 1_000 + " FROM t",
    "nots": "SELECT " + "NOT " * 20_000 + "a FROM t",
    "arrays": "SELECT " + "[" * 1_000 + "a" + "]" * 1_000 + " FROM t",
    "ors": "SELECT a FROM t WHERE " + " OR ".join(f"a = {n}" for n in range(20_000)),
    "a list": f"SELECT a FROM t WHERE a IN ({','.join(map(str, range(40_000)))})",
    "rows": f"INSERT INTO w VALUES {','.join(f'({n}, 1)' for n in range(25_000))}",
    "stars": f"WITH c0 AS (SELECT a, b FROM t), {DOUBLED} SELECT * FROM c79",
}


@pytest.fixture(scope="module")
def tracer():
    with Tracer() as one:
        yield one


def text(sql, **more):
    return Text(sql, "snowflake", **more)


def outcomes(answer):
    return [each.outcome for each in answer.statements]


def test_deadly_statements_cost_no_good_one(tracer):
    deadly = iter(DEADLY.items())
    for number in range(100):
        good = tracer.trace(text(f"SELECT a AS b FROM good{number}"))
        assert good.statements[0].edges == [(((f"good{number}",), "a"), (None, "b"), "inferred")]
        if number % 10 == 0:
            name, sql = next(deadly)
            assert outcomes(tracer.trace(text(sql))) == ["too_costly"], name
    assert next(deadly, None) is None


@pytest.fixture
def child(monkeypatch, tmp_path):
    """A program in place of the parser: `child(body)`, with `request` and `say(…)` at hand."""

    def write(body):
        package = tmp_path / "ingestion" / "parser"
        package.mkdir(parents=True)
        head = "import json, os, signal, sys, time\nsay = lambda **told: print(json.dumps(told), flush=True)\n"
        lines = "".join(f"    {line}\n" for line in body.splitlines())
        (package / "__main__.py").write_text(f"{head}for line in sys.stdin:\n    request = json.loads(line)\n{lines}")
        monkeypatch.setattr(tracing, "ROOT", tmp_path)

    return write


TOLD = "{'number': 1, 'outcome': %s, 'target': None, 'sources': [], 'edges': [], 'output_columns': [], 'unknown': []}"
ANSWER = "say(id=request['id'], statements=[], cpu=0.1, memory={memory})"


@pytest.mark.parametrize("death", ["SIGSEGV", "SIGKILL", "SIGPROF"])
def test_a_child_that_dies_is_replaced_and_what_killed_it_left_out(child, death):
    told = TOLD % "'too_costly'"
    child(
        f"if not request['skip']:\n    say(id=1, begun=7)\n    os.kill(os.getpid(), signal.{death})\n"
        f"say(id=1, statements=[{told}] * request['skip'][0], cpu=0, memory=1)"
    )
    with Tracer() as tracer:
        assert outcomes(tracer.trace(text("SELECT 1"))) == ["too_costly"] * 7


def test_a_child_that_says_nothing_is_killed(child):
    child("say(id=1, begun=0)\ntime.sleep(600)")
    with Tracer(wall_seconds=0.5) as tracer:
        assert outcomes(tracer.trace(text("SELECT 1"))) == ["too_costly"]


def test_children_that_do_not_begin_are_no_fault_of_the_text(child):
    child("sys.exit(1)")
    with Tracer() as tracer, pytest.raises(tracing.ParserUnusable):
        tracer.trace(text("SELECT 1"))


def test_a_child_that_was_killed_in_between_is_no_fault_of_the_next_text(tracer):
    tracer.started().kill()
    assert outcomes(tracer.trace(text("SELECT a FROM t"))) == ["traced"]


def test_a_text_whose_statements_all_kill_is_given_up(child):
    child("say(id=1, begun=len(request['skip']) + 1)\nos.abort()")
    with Tracer() as tracer:
        assert outcomes(tracer.trace(text("SELECT 1"))) == ["too_costly"]


@pytest.mark.parametrize(("memory", "kept"), [(limits.MEMORY_OF_CHILD - 1, True), (limits.MEMORY_OF_CHILD, False)])
def test_a_child_that_grew_is_replaced(child, memory, kept):
    child(ANSWER.format(memory=memory))
    with Tracer() as tracer:
        tracer.trace(text("SELECT 1"))
        assert (tracer.child is not None) is kept


def test_a_child_is_replaced_after_many_statements(tracer, monkeypatch):
    monkeypatch.setattr(limits, "STATEMENTS_OF_CHILD", 3)
    tracer.end()
    pids = []
    for _ in range(3):
        pids.append(tracer.started().pid)
        tracer.trace(text("SELECT 1; SELECT 2"))
    assert pids[0] == pids[1] != pids[2]


def test_a_child_knows_no_secret_of_its_parent(child, monkeypatch):
    monkeypatch.setenv("SECRET_KEY", "s3cret")
    monkeypatch.setenv("DATABASE_URL", "postgres://ada:pw@host/db")
    told = TOLD % "' '.join(sorted(os.environ))"
    child(f"say(id=1, statements=[{told}], cpu=0, memory=1)")
    with Tracer() as tracer:
        [names] = outcomes(tracer.trace(text("SELECT 1")))
    assert set(names.split()) <= {*tracing.PASSED_ON, "PYTHONUTF8", "LC_CTYPE"}


def test_the_kernel_bounds_a_child(tracer):
    pid = tracer.started().pid
    tracer.trace(text("SELECT 1"))
    with open(f"/proc/{pid}/limits", encoding="ascii") as file:  # noqa: PTH123
        bounds = {line[:26].strip(): line[26:].split()[0] for line in file}
    assert bounds["Max address space"] == str(limits.ADDRESS_SPACE)
    assert bounds["Max core file size"] == "0"


def test_too_much_of_the_processor_ends_a_child():
    code = "from ingestion.parser import __main__ as child, limits\nimport io\nlimits.CPU_SECONDS = 0.05\n"
    code += "child.Watch({'id': 1}, io.StringIO()).begun(1)\nwhile True: pass"
    done = subprocess.run([sys.executable, "-c", code], cwd=tracing.ROOT, env=os.environ, check=False)
    assert done.returncode == -signal.SIGPROF


def test_a_parent_needs_no_parser():
    code = "import ingestion.tracing, ingestion.parser.words, ingestion.parser.dialects, sys\n"
    code += "sys.exit('sqlglot' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=tracing.ROOT, check=False).returncode == 0


def test_stored_names_columns_and_defaults_reach_the_child(tracer):
    stored = [(("Db", "S", "T"), ("Id", "A")), (("Db", "S", "W"), ("A",))]
    answer = tracer.trace(text("SELECT a FROM t", tables=stored, default=("db", None), target=("db", "s", "w")))
    [each] = answer.statements
    assert each.edges == [((("Db", "S", "T"), "A"), (("Db", "S", "W"), "A"), "exact")]
    assert each.target == ("Db", "S", "W")


def test_a_text_of_many_lines_and_letters_is_one_request(tracer):
    answer = tracer.trace(text('SELECT "Größe\n\u2028" AS "名" FROM t; SELECT 1'))
    assert answer.statements[0].edges == [((("t",), "Größe\n\u2028"), (None, "名"), "inferred")]
    assert outcomes(answer) == ["traced", "nothing"]
