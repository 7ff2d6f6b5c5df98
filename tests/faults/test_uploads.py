"""Uploads to the shipped server: refusals that are read, races, slow senders, kill -9, memory."""

import hashlib
import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import psutil
import pytest
from django.utils import timezone

from ingestion.models import Upload
from tests.catalog.factories import SourceFactory
from tests.ingestion.uploading import BOUNDARY, files_in, form, part
from tests.processes import gunicorn
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

MB = 10**6
PIECE = bytes(range(256)) * 4_000


@pytest.fixture(scope="module")
def site(tmp_path_factory, django_db_setup) -> Iterator[tuple[int, Path]]:
    """The port, and the store's folder."""
    folder = tmp_path_factory.mktemp("site")
    variables = {"INGESTION_ENABLED": "true", "UPLOAD_DIR": str(folder / "uploads"), "UPLOAD_MAX_MB": "50"}
    with gunicorn(folder, **variables) as (port, log):
        yield port, folder / "uploads"
        assert "Traceback" not in log.read_text()


@pytest.fixture
def source(acme):
    return SourceFactory.create(account=acme)


@pytest.fixture
def secrets(acme) -> dict[str, str]:
    """A Read only and a Read & write token's."""
    now = timezone.now()
    return {scope.name: generate_token(acme, scope=scope, by=None, now=now).secret for scope in Scope}


def head(path: str, secret: str, length: int) -> bytes:
    fields = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Authorization: Token {secret}", f"Content-Length: {length}"]
    return "\r\n".join([*fields, f"Content-Type: multipart/form-data; boundary={BOUNDARY}", "", ""]).encode()


def sent(
    port: int, path: str, secret: str, size: int, *, before_the_end: Callable[[socket.socket], object] = bool
) -> tuple[int, str]:
    """Status, and hash of what was sent, as a program has it that reads no answer before it has sent everything."""
    before, after = part(b"").removesuffix(b"\r\n"), b"\r\n" + form()
    hashed = hashlib.sha256()
    with socket.create_connection(("127.0.0.1", port), timeout=300) as link:
        link.sendall(head(path, secret, len(before) + size + len(after)) + before)
        left = size
        while left:
            piece = PIECE[:left]
            hashed.update(piece)
            link.sendall(piece)
            left -= len(piece)
        before_the_end(link)
        link.sendall(after)
        answer = http.client.HTTPResponse(link)
        answer.begin()
        answer.read()
        return answer.status, hashed.hexdigest()


def test_a_file_longer_than_what_is_collected_is_stored_byte_by_byte(site, source, secrets):
    port, folder = site
    status, sha256 = sent(port, f"/warehouse-{source.pk}/1700000000-other.bin", secrets["READ_WRITE"], 30 * MB)
    row = Upload.objects.get()
    assert (status, row.size, row.sha256) == (201, 30 * MB, sha256)
    assert hashlib.sha256((folder / row.key).read_bytes()).hexdigest() == sha256


def test_a_refusal_is_read_after_a_body_of_60_mb(site, source, secrets):
    port, folder = site
    address = f"/warehouse-{source.pk}/1700000000-other.bin"
    refused = {
        401: (address, "nonsense"),
        403: (address, secrets["READ_ONLY"]),
        404: ("/warehouse-1/1700000000-other.bin", secrets["READ_WRITE"]),
        400: (f"/warehouse-{source.pk}/other.bin", secrets["READ_WRITE"]),
        413: (address, secrets["READ_WRITE"]),
    }
    for status, (path, secret) in refused.items():
        assert sent(port, path, secret, 60 * MB)[0] == status
    assert files_in(folder / "incoming") == []
    assert not Upload.objects.exists()


def test_of_twenty_at_once_one_is_stored(site, source, secrets):
    port, folder = site
    before = len(files_in(folder))
    path = f"/warehouse-{source.pk}/1700000000-other.bin"
    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(lambda _: sent(port, path, secrets["READ_WRITE"], 10_000)[0], range(20)))
    assert sorted(statuses) == [201] + [409] * 19
    assert (Upload.objects.count(), len(files_in(folder)) - before) == (1, 1)


def test_slow_uploads_hold_up_nobody_and_a_broken_one_is_none(site, source, secrets):
    port, folder = site
    path = f"/warehouse-{source.pk}/1700000000-other.bin"
    links = [socket.create_connection(("127.0.0.1", port), timeout=120) for _ in range(12)]
    try:
        for link in links:
            link.sendall(head(path, secrets["READ_WRITE"], 20 * MB) + part(PIECE)[:-10])
        time.sleep(0.5)  # they have been taken up
        for _ in range(5):
            page = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            page.request("GET", "/api/v1/token", headers={"Authorization": f"Bearer {secrets['READ_ONLY']}"})
            assert page.getresponse().status == 200
            page.close()
    finally:
        for link in links:
            link.close()
    assert wait_until_empty(folder / "incoming")
    assert not Upload.objects.exists()


def wait_until_empty(folder: Path) -> bool:
    until = time.monotonic() + 60
    while files_in(folder) and time.monotonic() < until:
        time.sleep(0.1)
    return not files_in(folder)


@pytest.mark.long
def test_kill_9_right_after_the_answer_loses_nothing(tmp_path, source, secrets):
    """Of the very process that answered; the others go on meanwhile."""
    folder = tmp_path / "uploads"
    variables = {"INGESTION_ENABLED": "true", "UPLOAD_DIR": str(folder), "WEB_CONCURRENCY": "4"}
    hashes, killed = {}, []
    with gunicorn(tmp_path, **variables) as (port, _):
        for number in range(100):
            found: list[int] = []
            name = f"{1_700_000_000 + number}-other.bin"
            address, size = f"/warehouse-{source.pk}/{name}", 5 * MB + number
            look = partial(note_server, found)
            status, hashes[name] = sent(port, address, secrets["READ_WRITE"], size, before_the_end=look)
            os.kill(found[0], signal.SIGKILL)
            assert status == 201
            killed += found
    rows = {row.path.rpartition("/")[2]: row for row in Upload.objects.all()}
    assert len(set(killed)) == 100
    assert {name: row.sha256 for name, row in rows.items()} == hashes
    assert all(hashlib.sha256((folder / row.key).read_bytes()).hexdigest() == row.sha256 for row in rows.values())


def note_server(found: list[int], link: socket.socket) -> None:
    """The process that reads what we send."""
    ours = link.getsockname()
    until = time.monotonic() + 60
    while not found and time.monotonic() < until:  # it may not have taken the connection up yet
        found += [one.pid for one in psutil.net_connections("tcp4") if one.raddr[:2] == ours and one.pid]


@pytest.mark.long
def test_an_upload_of_1_gb_takes_no_memory(tmp_path, source, secrets):
    variables = {"INGESTION_ENABLED": "true", "UPLOAD_DIR": str(tmp_path / "uploads")}
    with gunicorn(tmp_path, **variables) as (port, log):
        worker = worker_at(port)
        assert sent(port, f"/warehouse-{source.pk}/1-warm.bin", secrets["READ_WRITE"], 5 * MB)[0] == 400
        assert sent(port, f"/warehouse-{source.pk}/1700000000-warm.bin", secrets["READ_WRITE"], 5 * MB)[0] == 201
        before, highest, done = worker.memory_info().rss, [0], threading.Event()

        def watch():
            while not done.wait(0.02):
                highest[0] = max(highest[0], worker.memory_info().rss)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            status, sha256 = sent(port, f"/warehouse-{source.pk}/1700000000-gb.bin", secrets["READ_WRITE"], 10**9)
        finally:
            done.set()
            watcher.join()
        assert status == 201, log.read_text()[-2_000:]
        assert Upload.objects.get(size=10**9).sha256 == sha256
        print(f"\n{(highest[0] - before) / MB:.1f} MB more")
        assert highest[0] - before < 20 * MB


def worker_at(port: int) -> psutil.Process:
    """The only one there: psutil names one process of a socket, which may be the one that started it."""
    found = (one.pid for one in psutil.net_connections("tcp4") if one.status == "LISTEN" and one.laddr[1:] == (port,))
    known = psutil.Process(next(found))
    return next(iter(known.children()), known)
