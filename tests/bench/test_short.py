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


@pytest.mark.django_db(transaction=True)
def test_an_account_without_verified_questions_is_told_so(acme, tmp_path):
    here = environment(DJANGO_SETTINGS_MODULE="bench.settings", VAR_DIR=str(tmp_path), LOG_LEVEL="error")
    command = [sys.executable, "-m", "bench.assistant", "--account"]
    told = {
        slug: subprocess.run([*command, slug], cwd=ROOT, env=here, capture_output=True, text=True, check=False)
        for slug in (acme.slug, "nobody")
    }
    assert (told[acme.slug].returncode, told["nobody"].returncode) == (0, 1)
    assert "there is nothing to ask" in told[acme.slug].stdout
    assert "no account 'nobody'" in told["nobody"].stderr
