"""`dev.py` before it has found its Python."""

import ast

from devtools.environment import ROOT


def test_an_older_python_reads_as_far_as_the_sentence_for_it():
    assert ast.parse((ROOT / "dev.py").read_text(), feature_version=(3, 7))
