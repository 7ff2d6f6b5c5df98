"""The commands about imports: the same services as pages and programs, in clear sentences."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Table
from ingestion import importing
from ingestion.management.commands import import_files
from ingestion.models import Batch, Upload
from tests.catalog.factories import SourceFactory
from tests.factories import AccountFactory
from tests.ingestion.importing import SHOP, STAMP, as_csv, bring
from tests.ingestion.test_importing import many

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("open_door")]

State = Batch.State


@pytest.fixture
def folder(tmp_path):
    def write(files, stamp=""):
        place = tmp_path / "export"
        place.mkdir(exist_ok=True)
        for old in place.iterdir():
            old.unlink()
        for name, rows in files.items():
            (place / f"{stamp}{name}.csv").write_bytes(as_csv(rows))
        (place / ".hidden").write_text("x")
        return place

    return write


@pytest.fixture
def worker(monkeypatch):
    """Imports whenever the command waits."""
    monkeypatch.setattr(f"{import_files.__name__}.time.sleep", lambda _: importing.import_waiting(datetime.now(UTC)))


def test_a_folder_is_imported_as_one_batch_and_told_as_json(warehouse, folder, worker, capsys):
    call_command("import_files", str(folder(SHOP)), source="Lake", wait=True, json=True)
    out, err = capsys.readouterr()
    [told] = json.loads(out)["imports"]
    assert (told["state"], len(told["files"]), told["counts"]["table"]["created"]) == ("imported", 7, 2)
    assert ("received" in err, "imported" in err, Upload.objects.filter(door="command").count()) == (True, True, 7)


def test_what_deletes_much_is_confirmed_only_when_told(warehouse, folder, worker, capsys):
    bring(warehouse, many(60))
    files = str(folder(many(30), f"{STAMP + 1}-"))
    with pytest.raises(CommandError, match="30 of 60 tables"):
        call_command("import_files", files, source=str(warehouse.pk), wait=True)
    call_command("import_files", str(folder(many(20), f"{STAMP + 2}-")), source="Lake", confirm=True)
    assert "imported" in capsys.readouterr().out
    assert Table.objects.filter(deleted_at=None).count() == 20


def test_files_that_are_there_already_are_no_fault_and_others_of_their_name_are(warehouse, folder, capsys):
    for _ in range(2):
        call_command("import_files", str(folder(SHOP, f"{STAMP}-")), source="Lake")
    assert Upload.objects.count() == 7
    with pytest.raises(CommandError, match="1 of 7 files not taken"):
        call_command("import_files", str(folder(SHOP | {"user": SHOP["user"][:1]}, f"{STAMP}-")), source="Lake")
    assert "Another file was uploaded" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({}, "Say --source; or --account"),
        ({"source": "Sea"}, "There is no source Sea"),
        ({"account": "nobody"}, "There is no account 'nobody'"),
        ({"source": "Lake", "family": "dbt"}, "Files of Lake are of the family WAREHOUSE"),
        ({"source": "Lake", "family": "x"}, "There is no family X. Say one of"),
        ({"source": "Twin"}, "Several sources are called Twin"),
    ],
)
def test_import_files_says_what_is_wrong(warehouse, folder, arguments, sentence):
    for account in AccountFactory.create_batch(2):
        SourceFactory.create(account=account, name="Twin")
    with pytest.raises(CommandError, match=sentence):
        call_command("import_files", str(folder(SHOP)), **arguments)
    assert not Upload.objects.exists()


def test_a_path_that_leads_nowhere_is_said(warehouse, tmp_path):
    for path, sentence in [(tmp_path / "none", "There is no file or folder"), (tmp_path / "uploads", "no file")]:
        with pytest.raises(CommandError, match=sentence):
            call_command("import_files", str(path), source="Lake")


def test_imports_are_listed_confirmed_and_imported_again(warehouse, capsys):
    bring(warehouse, many(60))
    held = bring(warehouse, many(30), stamp=STAMP + 1)
    call_command("list_imports", source="Lake", state="held")
    out = capsys.readouterr().out
    assert (out.count("\n"), out.split("\t")[0], "30 of 60 tables" in out) == (1, str(held.pk), True)
    call_command("confirm_import", str(held.pk))
    assert "deletes 30 tables" in capsys.readouterr().err
    with pytest.raises(CommandError, match="This import is waiting now"):
        call_command("confirm_import", str(held.pk))
    with pytest.raises(CommandError, match="This import is waiting now"):
        call_command("import_again", str(held.pk))
    Batch.objects.filter(pk=held.pk).update(state=State.REFUSED)
    call_command("import_again", str(held.pk))
    held.refresh_from_db()
    assert (held.state, held.asked_again) == (State.WAITING, True)
    for name in ("confirm_import", "import_again"):
        with pytest.raises(CommandError, match="There is no import x"):
            call_command(name, "x")
    with pytest.raises(CommandError, match="There is no state odd"):
        call_command("list_imports", state="odd")
