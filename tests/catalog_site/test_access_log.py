"""gunicorn's access log, which is off as shipped: what it shows to whoever switches it on."""

import socket

from tests.processes import gunicorn
from tokens import keys

KEY = "1x-abc123-" + "0" * 32
CALENDAR = "/expiries/Ab3dEf7hIj9lMn1pQr5tUv8xYz2bCd4f.ics"
EVERYTHING = '%(r)s "%(U)s" "%(q)s" %(f)s %(a)s %({authorization}i)s %({raw_uri}e)s %({query_string}e)s'


def said_of(port: int, *targets: str, fields: str = "") -> None:
    """Asks for each of these, and waits for the answers."""
    for target in targets:
        with socket.create_connection(("127.0.0.1", port), timeout=120) as connection:
            head = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n{fields}\r\n"
            connection.sendall(head.encode())
            while connection.recv(65536):
                pass


def test_the_access_log_shows_no_query_no_token_and_no_key_of_a_link(db, tmp_path):
    value = keys.mint("READ_ONLY", "eu").text
    link = f"/accounts/password/reset/key/{KEY}/"
    log = tmp_path / "access.log"
    options = f"--access-logfile={log} --access-logformat='{EVERYTHING}'"
    with gunicorn(tmp_path, GUNICORN_CMD_ARGS=options) as (port, own):
        fields = f"Authorization: {value}\r\nReferer: http://127.0.0.1{link}\r\n"
        said_of(port, CALENDAR, f"{CALENDAR.upper()}?{CALENDAR}", fields=f"Referer: http://127.0.0.1{CALENDAR}\r\n")
        said_of(port, link, f"/accounts/join/{KEY}", f"/api/v1/token?t={value}&password=hunter2", fields=fields)
    written = log.read_text()
    assert '"/accounts/password/reset/key/•••/" ""' in written
    assert '"/expiries/•••" ""' in written
    for secret in (KEY[3:9], value[22:34], "hunter2", CALENDAR[12:24], CALENDAR.upper()[12:24]):
        assert secret not in written + own.read_text()


def test_it_is_off_as_shipped(db, tmp_path):
    with gunicorn(tmp_path) as (port, log):
        said_of(port, "/healthz")
    assert "gunicorn.access" not in log.read_text()
