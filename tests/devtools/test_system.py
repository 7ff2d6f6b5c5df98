"""What a test run finds on a machine, and what it does about the rest; apt is a script that writes down its words."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from devtools import suite, system
from devtools.environment import Unusable


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Makes programs, one word of shell each, on a machine that has no others; returns the folder."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(system, "WITH_SBIN", str(folder))
    monkeypatch.setattr(system, "SERVICE_POLICY", tmp_path / "policy")

    def make(**shell: str) -> Path:
        for name, word in shell.items():
            path = folder / name.replace("_", "-")
            path.write_text(f"#!/bin/sh\n{word}\n")
            path.chmod(0o755)
        return folder

    return make


@pytest.fixture
def apt_words(programs, tmp_path, monkeypatch):
    """We are root, and apt-get writes down its words and whether services may start; returns what it wrote."""
    policy, log = tmp_path / "policy", tmp_path / "apt"
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    programs(apt_get=f'echo "$@" $(test -x {policy} && echo forbidden) >> {log}')
    return lambda: log.read_text().splitlines() if log.exists() else []


def test_the_first_browser_that_starts_is_taken(programs):
    folder = programs(chromium_browser="exit 1", google_chrome="exit 0", nginx="exit 0")
    assert system.browser() == str(folder / "google-chrome")
    assert system.require_nginx() == str(folder / "nginx")


def test_without_nginx_one_sentence_says_what_to_install(programs):
    with pytest.raises(Unusable, match="apt-get install nginx"):
        system.require_nginx()


@pytest.mark.parametrize(
    ("chosen", "concerned"),
    [
        ([], True),
        (["-x", "-k", "browser"], True),
        (["tests"], True),
        (["tests/browser/test_usage.py::test_it", "-x"], True),
        (["tests/tokens"], False),
        (["tests/tokens", "tests/browser/"], True),
    ],
)
def test_only_chosen_tests_need_their_programs(chosen, concerned):
    assert system.concerns("tests/browser", chosen) == concerned


def test_as_root_apt_installs_what_is_missing_and_starts_no_service(apt_words, monkeypatch, capsys):
    monkeypatch.setattr(system, "NEEDS", (system.Need("nginx", lambda: False, "tests"), system.Need("x", str, "bench")))
    system.install(["tests"])
    quiet = "-qq install --yes --no-install-recommends nginx forbidden"
    assert apt_words() == ["-qq update", quiet]
    assert "Installing nginx by apt …\n  installed after 0 s\n" in capsys.readouterr().out
    assert not system.SERVICE_POLICY.exists()


def test_what_apt_says_when_it_fails_is_shown_in_one_line(apt_words, programs, monkeypatch, capsys):
    programs(apt_get="echo many words >&2; echo 'E: no package' >&2; exit 100")
    monkeypatch.setattr(system, "NEEDS", (system.Need("chromium", lambda: None, "tests"),))
    system.install()
    assert capsys.readouterr().out == "Installing chromium by apt …\n  E: no package after 0 s\n"


@pytest.mark.parametrize("user", [0, 1000])
def test_apt_is_not_called_for_what_is_there_nor_by_others_than_root(apt_words, monkeypatch, user):
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setattr(system, "NEEDS", (system.Need("nginx", lambda: user == 0, "tests"),))
    system.install()
    assert apt_words() == []


def test_a_policy_of_services_that_is_there_is_kept(apt_words):
    system.SERVICE_POLICY.write_text("the administrator's")
    with system.no_service_starting():
        pass
    assert system.SERVICE_POLICY.read_text() == "the administrator's"


@pytest.mark.parametrize("exit_code", [0, 1])
def test_without_an_installed_browser_playwright_downloads_one_or_a_sentence_says_what_to_do(
    programs, monkeypatch, exit_code
):
    folder = programs(python=f"echo $@ > {programs()}/words; exit {exit_code}")
    monkeypatch.setattr(system, "PYTHON", folder / "python")
    if exit_code:
        with pytest.raises(Unusable, match="apt-get install chromium"):
            system.require_browser()
    else:
        system.require_browser()
    assert (folder / "words").read_text() == "-m playwright install --no-shell chromium\n"


def test_tests_without_a_browser_prepare_none(monkeypatch):
    asked: list[str] = []
    for name in ("install", "require_browser"):
        monkeypatch.setattr(system, name, lambda *_, name=name: asked.append(name))
    monkeypatch.setattr("devtools.environment.install", asked.append)
    suite.prepare(["tests/tokens"])
    assert asked == ["install", "requirements-dev.txt"]


def test_a_font_is_found_below_the_folders_of_fonts(tmp_path, monkeypatch):
    monkeypatch.setattr(system, "FONTS", [str(tmp_path / "nowhere"), str(tmp_path)])
    assert not system.has_font()
    (tmp_path / "truetype").mkdir()
    (tmp_path / "truetype" / "DejaVuSans.ttf").touch()
    assert system.has_font()
