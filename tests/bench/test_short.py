"""Each measurement's short form, so that none rots: it ends well and prints its table, whatever its figures."""

import subprocess
import sys

import pytest
from django.db import connection

from devtools import benches
from devtools.environment import ROOT
from tests.processes import environment

ON_POSTGRESQL_ALONE = {"catalog"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", benches.names())
def test_a_measurement_ends_well_and_prints_its_table(name, tmp_path):
    here = environment(DJANGO_SETTINGS_MODULE=benches.settings_of(name), VAR_DIR=str(tmp_path), LOG_LEVEL="error")
    command = [sys.executable, "-m", f"bench.{name}", "--short"]
    done = subprocess.run(command, cwd=ROOT, env=here, capture_output=True, text=True, check=False)
    if connection.vendor == "sqlite" and name in ON_POSTGRESQL_ALONE:
        assert "leave --database=sqlite out" in done.stderr
    else:
        assert done.returncode == 0, done.stderr
        assert "\n|---|---|" in done.stdout


def test_no_measurement_needs_the_tests():
    needing = [path.name for path in benches.FOLDER.rglob("*.py") if "from tests" in path.read_text()]
    assert needing == []
