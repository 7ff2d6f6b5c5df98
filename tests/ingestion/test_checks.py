import pytest
from django.core.exceptions import ImproperlyConfigured

from catalog_site import uploads
from ingestion import checks

pytestmark = pytest.mark.usefixtures("open_door")


def found(check):
    return [message.id for message in check(None)]


@pytest.fixture
def in_s3(settings, monkeypatch, tmp_path):
    monkeypatch.setenv("UPLOAD_STORAGE", "s3")
    monkeypatch.setenv("UPLOAD_S3_BUCKET", "files")
    monkeypatch.setenv("UPLOAD_S3_PREFIX", "/catalog/")
    monkeypatch.setenv("UPLOAD_S3_ENDPOINT", "https://s3.example.com")
    settings.STORAGES = settings.STORAGES | {"uploads": uploads.storage(tmp_path)}
    return settings.STORAGES["uploads"]["OPTIONS"]


def test_s3_is_private_and_as_the_environment_says(in_s3):
    said = {
        name: in_s3[name] for name in ("bucket_name", "location", "endpoint_url", "default_acl", "querystring_auth")
    }
    assert said == {
        "bucket_name": "files",
        "location": "catalog",
        "endpoint_url": "https://s3.example.com",
        "default_acl": "private",
        "querystring_auth": True,
    }


def test_s3_without_a_bucket_is_refused_by_name(monkeypatch, tmp_path):
    monkeypatch.setenv("UPLOAD_STORAGE", "s3")
    with pytest.raises(ImproperlyConfigured, match="UPLOAD_S3_BUCKET"):
        uploads.storage(tmp_path)


def test_packages_of_s3_that_are_missing_are_named(in_s3, monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None if name == "boto3" else object())
    (message,) = checks.the_libraries_of_s3_are_here(None)
    assert "boto3." in message.msg
    monkeypatch.setattr(checks, "find_spec", lambda _: object())
    assert found(checks.the_libraries_of_s3_are_here) == found(checks.web_and_workers_have_one_store) == []


def test_a_folder_that_nobody_named_is_a_warning_while_the_door_is_open(settings, monkeypatch):
    monkeypatch.delenv("UPLOAD_DIR", raising=False)
    assert found(checks.web_and_workers_have_one_store) == ["ingestion.W002"]
    assert found(checks.the_libraries_of_s3_are_here) == []
    settings.INGESTION_ENABLED = False
    assert found(checks.web_and_workers_have_one_store) == []
    settings.INGESTION_ENABLED = True
    monkeypatch.setenv("UPLOAD_DIR", "/mnt/uploads")
    assert found(checks.web_and_workers_have_one_store) == []


def test_a_folder_that_others_may_look_into_is_a_warning(open_door):
    assert found(checks.nobody_else_reads_uploads) == []
    open_door.mkdir(mode=0o700)
    assert found(checks.nobody_else_reads_uploads) == []
    open_door.chmod(0o750)
    assert found(checks.nobody_else_reads_uploads) == ["ingestion.W003"]


ADDRESSES = [
    ("https://c.test", "https://api.c.test", {}, "https://ingest.c.test", "ingest.c.test"),
    ("https://c.test", "https://c.test", {}, "https://c.test", ""),
    (
        "https://c.test",
        "https://c.test",
        {"INGEST_BASE_URL": "https://files.test/"},
        "https://files.test",
        "files.test",
    ),
]


@pytest.mark.parametrize(("site", "api", "said", "address", "host"), ADDRESSES)
def test_where_uploads_go(monkeypatch, site, api, said, address, host):
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert uploads.addresses(site, api, on=True, production=True) == (address, host)
    assert uploads.addresses(site, api, on=False, production=True) == (address, "")
