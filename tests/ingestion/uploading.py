"""Our own uploader: the request of a program that sends one file, made by hand, and the store that it meets."""

import io
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import pytest
from django.utils import timezone

from tests.catalog.factories import SourceFactory
from tests.shipped import Answer, answered, environment
from tokens.scopes import Scope
from tokens.services import generate_token

BOUNDARY = "6f9619ff8b86d011b42d00c04fc964ff"
TABLES = b"id,schema_id,table_name,type\n1,1,orders,TABLE\n"


class Unread(io.BytesIO):
    """A body that must not be read."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise AssertionError("the body was read")


UNREAD: dict[str, Any] = {"wsgi.input": Unread()}


def part(content: bytes, name: str = "file.csv", field: str = "file") -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def request_of(address: str, body: bytes, secret: str, **more: Any) -> dict[str, Any]:
    """What gunicorn tells of it; the address is percent-encoded, as on the wire."""
    path = unquote_to_bytes(address).decode("latin-1")
    media_type = f"multipart/form-data; boundary={BOUNDARY}"
    environ = environment("POST", path, body, media_type, authorization=f"Token {secret}", user_agent="requests/2.32")
    return environ | {"QUERY_STRING": "", "RAW_URI": quote(address, safe="/%-._")} | more


def upload(address: str, content: bytes, secret: str, *, name: str = "file.csv", **more: Any) -> Answer:
    return answered(request_of(address, form(part(content, name)), secret, **more))


@pytest.fixture
def open_door(settings, tmp_path):
    """The door is open, and its store a folder of this test."""
    settings.INGESTION_ENABLED = True
    settings.UPLOAD_DIR = tmp_path / "uploads"
    options = settings.STORAGES["uploads"]["OPTIONS"] | {"location": settings.UPLOAD_DIR}
    settings.STORAGES = settings.STORAGES | {"uploads": settings.STORAGES["uploads"] | {"OPTIONS": options}}
    return settings.UPLOAD_DIR


@pytest.fixture
def warehouse(acme):
    return SourceFactory.create(account=acme, name="Lake")


@pytest.fixture
def writer(acme):
    """The secret of a Read & write token that is active now."""
    return generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret


def files_in(folder) -> list[str]:
    """All files below it, by their paths from it."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
