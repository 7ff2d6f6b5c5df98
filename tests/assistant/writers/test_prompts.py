"""What a language model is told by us stands in files, and names nothing that could be taken for an asset."""

import ast
import re

import pytest

from assistant.writers import prompts
from assistant.writers.checks import DOTTED, Miss
from assistant.writers.model import TOOLS, AnswerOutput, BlockOutput
from devtools.environment import ROOT

WRITTEN = [prompts.rules(), *map(prompts.of_tool, (*TOOLS, "answer")), *prompts.misses().values()]
OURS = {*TOOLS, "catalog_data"}


@pytest.mark.parametrize("text", WRITTEN)
def test_no_prompt_has_a_name_that_looks_like_an_asset(text):
    assert {name for name in DOTTED.findall(text) if name not in OURS} <= {"e.g"}


def test_the_rules_say_which_version_they_are_and_the_digest_is_of_all_files():
    assert re.match(r"<!-- version \d+ -->", prompts.rules())
    assert re.fullmatch(r"[0-9a-f]{64}", prompts.digest())


def test_every_reason_that_an_answer_may_be_sent_back_for_is_written():
    code = (ROOT / "assistant/writers/checks.py").read_text()
    raised = {
        node.args[0].value
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "Miss" and isinstance(node.args[0], ast.Constant)
    }
    assert raised == set(prompts.misses())
    assert Miss("x").what == ""


def test_no_line_of_them_stands_in_python():
    lines = {line.strip() for text in WRITTEN for line in text.splitlines() if len(line) > 25}
    assert len(lines) > 20
    for path in (path for app in ("api", "assistant", "catalog") for path in (ROOT / app).rglob("*.py")):
        code = path.read_text()
        assert [line for line in lines if line in code] == [], path


def test_no_docstring_of_ours_is_sent_to_a_model():
    for shape in (AnswerOutput, BlockOutput):
        assert "description" not in str(shape.model_json_schema())
