"""dev.py in a folder of its own, with lock files that name nothing: a real environment, no network."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from devtools import environment
from devtools.processes import LIBC

SHIPPED = (environment.PRODUCTION_LOCK, environment.ASSISTANT_LOCK, environment.S3_LOCK)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The two commands beside empty lock files and a manage.py that echoes and exits with 7."""
    project = tmp_path / "project"
    shutil.copytree(environment.ROOT / "devtools", project / "devtools")
    shutil.copy(environment.ROOT / "dev.py", project)
    (project / "manage.py").write_text("import sys; print('managed', *sys.argv[1:]); sys.exit(7)")
    for lock in environment.LOCKS:
        (project / lock).touch()
    return project


def manage(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(folder / "dev.py"), "manage", *arguments]
    return subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)


def test_it_installs_until_that_succeeds_once_and_passes_arguments_and_exit_code_through(folder):
    (folder / "requirements.txt").write_text("django==5.2.19")  # no hash, so pip refuses without asking anybody
    failed = manage(folder)
    assert failed.returncode == 1
    assert failed.stderr.endswith("The packages could not be installed; the next run tries again.\n")
    (folder / "requirements.txt").write_text("")
    first, second = manage(folder, "migrate", "--plan"), manage(folder, "--help")
    assert (first.returncode, second.returncode) == (7, 7)
    assert "Installed in" in first.stdout
    assert first.stdout.endswith("managed migrate --plan\n")
    assert second.stdout == "managed --help\n"


def test_an_environment_copied_from_another_folder_is_not_ours(tmp_path, monkeypatch):
    monkeypatch.setattr(environment, "VENV", tmp_path)
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "python")
    (tmp_path / "python").symlink_to(sys.executable)
    pip = tmp_path / "bin" / "pip"
    pip.parent.mkdir()
    pip.write_text("#!/elsewhere/.venv/bin/python")
    assert not environment.ours()
    pip.write_text(f"#!{tmp_path}/bin/python")
    assert environment.ours()


def test_without_venv_one_sentence_says_what_to_install(folder):
    program = "import sys, runpy; sys.path.insert(0, '.'); sys.modules['ensurepip'] = None; sys.argv[1:] = ['up']"
    program += "; runpy.run_path('dev.py', run_name='__main__')"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, check=False, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stderr == "Python cannot make virtual environments here. On Debian: apt-get install python3-venv\n"


PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1  # prctl(2), capabilities(7)


def heed_modes_of_files() -> None:
    """Runs in the child before exec: root writes into folders that nobody may write into, unless it gives that up."""
    LIBC.prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE)


@pytest.mark.parametrize(
    ("data", "words"),
    [("var", "Name a folder of yours: VAR_DIR="), ("../data", "Copy the project into a folder of yours")],
)
def test_a_folder_that_cannot_be_written_is_a_sentence(folder, data, words):
    folder.chmod(0o555)
    try:
        done = subprocess.run(
            [sys.executable, str(folder / "dev.py"), "up"],
            check=False, capture_output=True, text=True, preexec_fn=heed_modes_of_files,
            env=os.environ | {"VAR_DIR": str(folder / data)},
        )  # fmt: skip
    finally:
        folder.chmod(0o755)
    assert done.returncode == 1
    assert done.stderr.startswith("Nothing can be written into ")
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def pinned(lock: str) -> dict[str, str]:
    """Package to version and conditions, as the lock file says them."""
    lines = (environment.ROOT / lock).read_text().splitlines()
    return dict(line.removesuffix(" \\").split("==", 1) for line in lines if line[:1].isalnum())


def test_the_image_gets_what_was_tested_and_nothing_that_only_tests_import():
    shipped, tested = pinned(environment.PRODUCTION_LOCK), pinned("requirements.txt")
    assert shipped.items() <= tested.items()
    assert {"pytest", "pytest-django", "factory-boy"} <= tested.keys() - shipped.keys()
    assert {"django", "gunicorn", "celery", "psycopg"} <= {name.partition("[")[0] for name in shipped}


def test_the_assistants_workers_get_the_image_of_the_others_and_what_a_model_needs():
    worker, shipped = pinned(environment.ASSISTANT_LOCK), pinned(environment.PRODUCTION_LOCK)
    assert shipped.items() <= worker.items() <= pinned("requirements-dev.txt").items()
    assert {"pydantic-ai-slim", "openai"} <= {name.partition("[")[0] for name in worker.keys() - shipped.keys()}


def test_where_uploads_lie_in_s3_all_get_the_image_of_the_others_and_what_speaks_to_it():
    worker, shipped = pinned(environment.S3_LOCK), pinned(environment.PRODUCTION_LOCK)
    assert shipped.items() <= worker.items()
    assert {"django-storages", "boto3"} <= worker.keys() - shipped.keys()


def test_a_site_with_a_language_model_gets_what_asks_one(monkeypatch):
    monkeypatch.delenv("ASSISTANT_MODEL", raising=False)
    assert "pydantic-ai-slim" not in pinned(environment.lock_of_site())
    monkeypatch.setenv("ASSISTANT_MODEL", "openai:any")
    assert pinned(environment.ASSISTANT_LOCK).items() <= pinned(environment.lock_of_site()).items()


@pytest.mark.parametrize("lock", [*environment.LOCKS, *SHIPPED, environment.BENCH_LOCK])
def test_a_lock_file_has_hashes_and_names_no_host_and_no_folder_of_a_machine(lock):
    text = (environment.ROOT / lock).read_text()
    assert text.count("==") <= text.count("--hash=sha256:")
    assert "://" not in text
    assert str(environment.ROOT) not in text
