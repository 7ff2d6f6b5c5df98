"""The ledger and the limits on the shipped server: exact after a clean stop, never in a call's way."""

import signal
import statistics
import time
from collections import Counter
from contextlib import closing, contextmanager

import pytest
from django.db import connection
from django.utils import timezone

from devtools import valkey
from devtools.processes import stop
from tests.calling import Caller, at_once
from tests.processes import environment, gunicorn, start_gunicorn
from tokens import keys
from tokens.models import ApiToken, TokenUse
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

LOCK_WAIT = 0.2  # seconds: entries.LOCK_TIMEOUT, ledger.SQLITE_BUSY_TIMEOUT
CLIENTS = ("castor-upload/0.26", "Claude/1.9", "dbt/1.11")
COUNT_WRITES = {
    "postgresql": """
        CREATE TABLE writes (client text);
        CREATE FUNCTION note_write() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN INSERT INTO writes VALUES (NEW.client); RETURN NULL; END';
        CREATE TRIGGER note_write AFTER INSERT OR UPDATE ON tokens_tokenuse FOR EACH ROW EXECUTE FUNCTION note_write()
    """,
    "sqlite": """
        CREATE TABLE writes (client text);
        CREATE TRIGGER note_insert AFTER INSERT ON tokens_tokenuse BEGIN INSERT INTO writes VALUES (NEW.client); END;
        CREATE TRIGGER note_update AFTER UPDATE ON tokens_tokenuse BEGIN INSERT INTO writes VALUES (NEW.client); END;
    """,
}
FORGET_WRITES = {
    "postgresql": "DROP TRIGGER note_write ON tokens_tokenuse; DROP FUNCTION note_write; DROP TABLE writes",
    "sqlite": "DROP TRIGGER note_insert; DROP TRIGGER note_update; DROP TABLE writes",
}


@pytest.fixture
def live(acme):
    return generate_token(acme, scope=Scope.READ_ONLY, name="Scripts", by=None, now=timezone.now())


@pytest.fixture
def writes():
    """How often the ledger wrote a row, by client; a trigger counts."""
    run_script(COUNT_WRITES[connection.vendor])
    yield count_writes
    run_script(FORGET_WRITES[connection.vendor])


def count_writes() -> Counter[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT client FROM writes")
        return Counter(client for (client,) in cursor.fetchall())


def run_script(sql: str) -> None:
    connection.ensure_connection()
    if connection.vendor == "sqlite":
        connection.connection.executescript(sql)
    else:
        connection.connection.execute(sql)


def minutes_since(begun: float) -> int:
    """Each of which may have a line or a write of its own, begun ones included."""
    return 1 + int((time.monotonic() - begun) / 60)


def counted() -> dict[str, int]:
    """The calls on record by client."""
    found: Counter[str] = Counter()
    for client, calls in TokenUse.objects.values_list("client", "calls"):
        found[client] += calls
    return found


@pytest.mark.parametrize(("processes", "each"), [(2, 50), pytest.param(4, 834, marks=pytest.mark.long)])
def test_calls_over_several_processes_are_counted_exactly_and_hardly_written(live, writes, tmp_path, processes, each):
    """Six hundred calls of twelve programs, and ten thousand."""
    begun = time.monotonic()
    shares = [[(live.secret, client)] * each for client in CLIENTS * 4]
    with gunicorn(tmp_path, WEB_CONCURRENCY=str(processes)) as (port, _):
        assert at_once(port, shares) == {(live.secret, 200): each * 12}
        assert set(writes()) == {"castor-upload 0.26", "Claude 1.9", "dbt 1.11"}
        assert max(writes().values()) <= processes * minutes_since(begun)
    assert counted() == {"castor-upload 0.26": each * 4, "Claude 1.9": each * 4, "dbt 1.11": each * 4}


def test_a_killed_server_had_written_every_first_use(live, tmp_path):
    clients = [f"client-{number}" for number in range(20)]
    process, port, _ = start_gunicorn(tmp_path, WEB_CONCURRENCY="2")
    try:
        caller = Caller(port)
        assert {caller.call(live.secret, client).status for client in clients} == {200}
    finally:
        stop(process, ask=signal.SIGKILL)
    assert set(counted()) == set(clients)


@contextmanager
def locked(token: ApiToken):
    """Somebody else holds the token's row and its rows of the ledger; on SQLite, all of them."""
    with closing(connection.copy()) as other, transaction_of(other), other.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT 1 FROM tokens_apitoken WHERE id = %s FOR UPDATE", [token.pk])
            cursor.execute("SELECT 1 FROM tokens_tokenuse WHERE token_id = %s FOR UPDATE", [token.pk])
        yield


@contextmanager
def transaction_of(other):
    other.set_autocommit(False)
    if other.vendor == "sqlite":
        other.connection.execute("BEGIN IMMEDIATE")
    yield
    other.rollback()


def seconds_of(port: int, value: str, client: str) -> float:
    """How long a call took, which was let in."""
    caller, begun = Caller(port), time.monotonic()
    assert caller.call(value, client).status == 200
    return time.monotonic() - begun


def test_held_locks_stop_no_call_and_lose_none(live, tmp_path):
    """Locked and free rounds by turns: a write in the way of a call would wait as long as a lock may make it wait."""
    clients = [[f"{state}-{number}" for number in range(20)] for state in ("free", "held")]
    free, held = [], []
    with gunicorn(tmp_path) as (port, _):
        for here, there in zip(*clients, strict=True):
            free.append(seconds_of(port, live.secret, here))
            with locked(live.token):
                held.append(seconds_of(port, live.secret, there))
                assert there not in counted()
    assert statistics.median(held) < 2 * statistics.median(free) + 0.75 * LOCK_WAIT
    assert counted() == dict.fromkeys([*clients[0], *clients[1]], 1)


@contextmanager
def unwritable(token: ApiToken):
    """A server's variables with which it can read everything and write nothing."""
    if connection.vendor == "postgresql":
        yield {"DATABASE_URL": f"{environment()['DATABASE_URL']}?options=-c%20default_transaction_read_only%3Don"}
    else:
        with locked(token):
            yield {}


def test_a_database_that_takes_no_writes_stops_no_call_and_is_said_once(live, tmp_path):
    begun = time.monotonic()
    with unwritable(live.token) as variables, gunicorn(tmp_path, **variables) as (port, log):
        assert {Caller(port).call(live.secret, f"client-{number}").status for number in range(30)} == {200}
    assert 1 <= log.read_text().count("ledger_not_written") <= minutes_since(begun)
    assert log.read_text().count("ledger_calls_lost") == 1
    assert counted() == {}


def test_a_replaced_token_that_is_still_sent_harms_nobody(live, acme, tmp_path):
    newer = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now(), replaces=live.token.pk)
    with gunicorn(tmp_path, WEB_CONCURRENCY="2") as (port, _):
        answers = at_once(port, [[(live.secret, "dbt/1.11")] * 50, [(newer.secret, "dbt/1.11")] * 50])
    assert answers == {(live.secret, 401): 50, (newer.secret, 200): 50}
    found = TokenUse.objects.values_list("token", "reason", "calls")
    assert set(found) == {(live.token.pk, "replaced", 50), (newer.token.pk, "", 50)}
    assert ApiToken.objects.open().get() == newer.token


# --- Limits --------------------------------------------------------------------------------------

BAD, LIMIT = 400, 30


def test_hundreds_of_bad_tokens_lock_out_no_good_one_of_the_same_address(live, tmp_path):
    begun = time.monotonic()
    bad = [(keys.mint("READ_ONLY", "eu").text, "scanner/1") for _ in range(BAD)]
    flood = [bad[start::4] for start in range(4)]
    limits = {
        "BAD_TOKENS_PER_MINUTE": str(LIMIT),
        "VALKEY_TIMEOUT": "10",  # a busy machine is no Valkey that is away
        "WEB_CONCURRENCY": "2",
    }
    with gunicorn(tmp_path, **limits) as (port, _):
        answers = at_once(port, [*flood, [(live.secret, "good/1")] * 100])
        refused = Caller(port).call(bad[0][0])
    assert {status for (value, status) in answers if value == live.secret} == {200}
    statuses = Counter(status for (value, status), count in answers.items() if value != live.secret)
    assert set(statuses) == {401, 429}
    assert statuses[401] <= (1 + minutes_since(begun)) * LIMIT  # the run may cross from one minute to the next
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["RateLimit-Limit"] == str(LIMIT)


@pytest.mark.parametrize("ask", [signal.SIGSTOP, pytest.param(signal.SIGKILL, marks=pytest.mark.long)])
def test_without_valkey_every_call_passes_and_the_log_says_so_once(live, tmp_path, ask):
    begun, path = time.monotonic(), valkey.socket_path(tmp_path)
    broker = valkey.start(tmp_path / "valkey", path)
    limits = {"REDIS_URL": f"unix://{path}?db=0", "BAD_TOKENS_PER_MINUTE": "1", "CALLS_PER_MINUTE": "1"}
    try:
        broker.send_signal(ask)
        with gunicorn(tmp_path, **limits) as (port, log):
            caller = Caller(port)
            assert {caller.call(live.secret).status for _ in range(20)} == {200}
            assert {caller.call("nonsense").status for _ in range(20)} == {401}
    finally:
        stop(broker, ask=signal.SIGKILL)
    assert 1 <= log.read_text().count("throttling_off") <= minutes_since(begun)
