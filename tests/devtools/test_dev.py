"""`dev.py` before it has found its Python."""

import ast
import subprocess
import sys

import pytest

from devtools.environment import ROOT

# What Python 2 and 3 write alike. An f-string, an annotation, `match` or a name for a keyword alone is something else.
OLD = {ast.Module, ast.Expr, ast.Constant, ast.Import, ast.ImportFrom, ast.alias, ast.If, ast.Compare, ast.Eq, ast.Lt}
OLD |= {ast.Attribute, ast.Name, ast.Load, ast.Tuple, ast.Call}


def test_any_python_reads_as_far_as_the_sentence_for_it():
    text = (ROOT / "dev.py").read_text()
    assert text.isascii()  # Python 2 refuses other letters, unless it is told of them
    assert {type(node) for node in ast.walk(ast.parse(text))} <= OLD


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 14)])
def test_an_older_python_is_told_which_one_is_needed(version):
    program = f"import sys; sys.version_info = {version}; import runpy; runpy.run_path('dev.py', run_name='__main__')"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr == "Catalog needs Python 3.11 or newer: start it with python3.11 dev.py ...\n"
