from devtools import variables


def test_the_local_stack_takes_nothing_of_a_deployment(tmp_path, monkeypatch):
    for name in ("DATABASE_URL", "SECRET_KEY_FILE", "ALLOWED_HOSTS"):
        monkeypatch.setenv(name, "of production")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    found = variables.of_site(tmp_path)
    assert "of production" not in found.values()
    assert (found["LOG_LEVEL"], found["VAR_DIR"]) == ("debug", str(tmp_path))
