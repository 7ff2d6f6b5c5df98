"""What `dev.py bench --record` leaves in the report."""

from devtools.benches import write_down


def test_figures_take_the_place_of_those_before(tmp_path):
    report = tmp_path / "performance.md"
    report.write_text("# Performance\n\nProse.\n")
    write_down("auth", ["--rounds", "3"], "| old | 1 |\n", report)
    write_down("sweep", [], "| other | 2 |\n", report)
    write_down("auth", [], "\n| new | 3 |\n", report)
    text = report.read_text()
    assert text.startswith("# Performance\n\nProse.\n\n<!-- auth")
    assert "old" not in text
    assert "`python3 dev.py bench auth`, 20" in text
    assert text.index("| new | 3 |\n<!-- end of auth -->") < text.index("| other | 2 |\n<!-- end of sweep -->")
    assert text.endswith("<!-- end of sweep -->\n")
