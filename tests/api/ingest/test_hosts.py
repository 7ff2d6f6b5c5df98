"""Uploads on a host of their own, and no redirect anywhere."""

import pytest

from tests.ingestion.uploading import TABLES, upload
from tests.shipped import shipped

OWN = "ingest.test"


@pytest.fixture
def own_host(settings):
    settings.INGEST_HOST = OWN
    settings.ALLOWED_HOSTS = ["*"]


def test_the_host_of_uploads_has_nothing_else_and_nobody_else_has_them(own_host, warehouse, writer):
    address = f"/warehouse-{warehouse.pk}/1700000000-table.csv"
    assert upload(address, TABLES, writer, HTTP_HOST=OWN).status_code == 201
    assert upload(address, TABLES, writer, HTTP_HOST="catalog.test").json()["reason"] == "not_found"
    for path in ("/", "/accounts/login/", "/api/v1/token", "/admin", "/static/catalog.css", "/readyz", "/metrics"):
        assert shipped("GET", path, host=f"{OWN}:8000").status_code == 404, path
    for host in (OWN, "catalog.test"):
        assert shipped("GET", "/healthz", host=host).status_code == 200
    assert shipped("GET", "/accounts/login/", host="catalog.test").status_code == 200


@pytest.mark.parametrize("host", [OWN, "127.0.0.1"])
@pytest.mark.parametrize("secure", [True, False])
def test_no_address_of_an_upload_redirects(settings, warehouse, writer, host, secure):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["*"]
    settings.INGEST_HOST = OWN if host == OWN else ""
    kinds = ("warehouse", "visualization", "transformation", "quality")
    paths = ["/manual-lineage", *(f"/{kind}-{warehouse.pk}/1700000000-table.csv" for kind in kinds)]
    scheme = {"wsgi.url_scheme": "https" if secure else "http", "HTTP_HOST": host}
    for path in (found for one in paths for found in (one, f"{one}/", one.rpartition("/")[0] or "/manual-lineages")):
        assert upload(path, TABLES, writer, **scheme).status_code in ({201, 400, 404} if secure else {403}), path
