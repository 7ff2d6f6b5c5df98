from devtools import suite


def test_the_first_check_that_fails_ends_the_run_and_shows_what_it_said(monkeypatch, capfd):
    checks = [("lint", "python", "-c", "exit('a long line')"), ("types", "python", "-c", "print('never')")]
    monkeypatch.setattr(suite, "CHECKS", checks)
    assert suite.run([], sqlite=False, faults=False) == 1
    said = capfd.readouterr().out
    assert "failed" in said
    assert "a long line" in said
    assert "types" not in said
