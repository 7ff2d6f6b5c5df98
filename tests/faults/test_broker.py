"""A broker that stops, freezes, restarts or forgets never holds up a page, and the email follows."""

import re
import signal
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis
from django.test import Client

from accounts.models import User
from devtools import valkey
from devtools.processes import stop
from notifications.models import Email
from tests.faults.test_delivery import FAST, wait_for
from tests.processes import celery, gunicorn
from tests.signing import sign_in
from tokens.models import ApiToken
from tokens.scopes import Scope

pytestmark = pytest.mark.django_db(transaction=True)

SLOWER = 3.0  # seconds by which a page may be held up, beside twice what it takes with a broker that works


class Broker:
    """A Valkey of this test's own, which the others must not miss."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.socket = folder / "valkey", valkey.socket_path(folder)
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        return valkey.start(self.folder, self.socket)

    @property
    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    @contextmanager
    def trouble(self, kind: str) -> Iterator[None]:
        """Inside it the broker is away; afterwards it works again."""
        if kind == "frozen":
            self.process.send_signal(signal.SIGSTOP)
        elif kind == "flushed":
            redis.Redis.from_url(self.url).flushall()
        else:
            stop(self.process)
        yield
        if kind == "frozen":
            self.process.send_signal(signal.SIGCONT)
        elif kind != "flushed":
            self.process = self.start()


@pytest.fixture
def broker(tmp_path):
    broker = Broker(tmp_path)
    yield broker
    broker.process.send_signal(signal.SIGCONT)
    stop(broker.process)


def generate(port: int, ada: User, scope: Scope) -> float:
    """Generate a token on the page, as a browser does; returns the seconds that it took."""
    client = sign_in(Client(), ada)
    cookies = {name: morsel.value for name, morsel in client.cookies.items()}
    with ask(port, "/settings/api/tokens/new/", cookies) as form:
        page = form.read().decode()
        cookies |= dict(re.findall(r"(catalog-csrf)=(\w+)", str(form.headers)))
    found = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page)
    assert found
    begun = time.monotonic()
    fields = {"csrfmiddlewaretoken": found[1], "scope": scope}
    with ask(port, "/settings/api/tokens/generate/", cookies, fields) as answer:
        assert answer.status == 200
        assert "data-token-value" in answer.read().decode()
    return time.monotonic() - begun


def ask(port: int, path: str, cookies: dict[str, str], fields: dict[str, str] | None = None):
    url = f"http://127.0.0.1:{port}{path}"
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Referer": url}
    data = urllib.parse.urlencode(fields).encode() if fields else None
    return urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=300)  # our own page


def survive(kind: str, ada: User, broker: Broker, folder: Path) -> None:
    pace = FAST | {"REDIS_URL": broker.url, "EMAIL_BACKEND": "notifications.inbox.InboxBackend"}
    with (
        gunicorn(folder, **pace) as (port, _),
        celery("worker", folder, "--concurrency=1", **pace),
        celery("beat", folder, **pace),
    ):
        usual = generate(port, ada, Scope.READ_WRITE)
        with broker.trouble(kind):
            took = generate(port, ada, Scope.READ_ONLY)
            time.sleep(2)
        assert wait_for(lambda: Email.objects.filter(state="sent").count() == 2)
    assert took < 2 * usual + SLOWER
    assert ApiToken.objects.open().count() == Email.objects.count() == 2


@pytest.mark.parametrize(
    "kind", ["frozen", *(pytest.param(kind, marks=pytest.mark.long) for kind in ("stopped", "flushed"))]
)
def test_a_broker_in_trouble_holds_up_no_page_and_loses_no_email(ada, broker, tmp_path, kind):
    survive(kind, ada, broker, tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("time", range(5))
@pytest.mark.parametrize("kind", ["stopped", "frozen"])
def test_five_times_out_of_five(ada, broker, tmp_path, kind, time):
    survive(kind, ada, broker, tmp_path)
