"""What `dev.py bench` runs, and what `--record` leaves in the report."""

import pytest

from devtools import benches
from devtools.environment import Unusable


def test_a_measurement_that_there_is_not_is_a_sentence():
    with pytest.raises(Unusable, match="say one of assistant, attack, auth, "):
        benches.run("speed", [])


def test_each_measurement_has_its_settings():
    assert benches.settings_of("auth") == "bench.auth.settings"
    assert benches.settings_of("growth") == "bench.settings"


def test_figures_take_the_place_of_those_before_on_the_same_database(tmp_path):
    report = tmp_path / "auth.md"
    report.write_text("# The check\n\nProse.\n")
    on, beside = ["--database=sqlite", "auth"], ["--database=postgresql", "auth"]
    benches.write_down("auth", [*on, "--rounds", "3"], "| old | 1 |\n", tmp_path)
    benches.write_down("auth", beside, "| other | 2 |\n", tmp_path)
    benches.write_down("auth", on, "\n| new | 3 |\n", tmp_path)
    text = report.read_text()
    assert text.startswith("# The check\n\nProse.\n\n<!-- sqlite")
    assert "old" not in text
    assert "`python3 dev.py bench --database=sqlite auth`, 20" in text
    assert text.index("| new | 3 |\n<!-- end of sqlite -->") < text.index("| other | 2 |\n<!-- end of postgresql -->")


def test_the_accounts_own_questions_go_to_the_database_of_the_site(tmp_path, monkeypatch):
    became = []

    def become(*command, variables):
        became.append((command, variables["VAR_DIR"]))
        raise SystemExit

    monkeypatch.setattr(benches, "become", become)
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    with pytest.raises(SystemExit):
        benches.run("assistant", ["--account", "acme"])
    assert became == [(("-m", "bench.assistant", "--account", "acme"), str(tmp_path))]
