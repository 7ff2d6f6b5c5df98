import io
import json
import logging
import sys

import pytest

from catalog_site import logs
from tokens import keys


def line(message: str, *arguments: object, log_format: str = "json", exc_info: object = None) -> str:
    """What the site would write for this record."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    processors = logs.configuration(log_format=log_format, level="INFO")["formatters"]["line"]["processors"]
    handler.setFormatter(logs.RedactingFormatter(processors=processors, foreign_pre_chain=logs.BEFORE_RENDERING))
    handler.handle(logging.LogRecord("a.name", logging.WARNING, __file__, 1, message, arguments, exc_info))  # type: ignore[arg-type]
    return stream.getvalue()


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_no_token_reaches_a_line_by_message_argument_or_traceback(log_format):
    value = keys.mint("READ_ONLY", "eu").text
    try:
        int(value)
    except ValueError:
        written = line(f"{value} %s %s", value, {"key": value}, log_format=log_format, exc_info=sys.exc_info())
    assert value[18:30] not in written
    assert written.count("cat_ro_eu_") >= 4


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_a_traceback_shows_no_variables(log_format):
    password = "correct " + "horse"
    try:
        int(password[1:2])
    except ValueError:
        assert password not in line("failed", log_format=log_format, exc_info=sys.exc_info())


@pytest.mark.parametrize("separator", ["_", "%5F", "%5f"])
def test_a_token_in_a_query_string_is_masked_however_it_is_spelled(separator):
    value = keys.mint("READ_WRITE", "us").text
    assert value[11:40] not in line(f"GET /?t={value.replace('_', separator)}")


def test_json_lines_carry_name_level_and_time():
    written = json.loads(line("said"))
    assert (written["event"], written["logger"], written["level"]) == ("said", "a.name", "warning")
    assert written["timestamp"].endswith("Z")


KEY = "1x-abc123-" + "0" * 32
SHOWN = {
    "/": "/",
    "/settings/api/?token=cat": "/settings/api/",
    f"/accounts/password/reset/key/{KEY}/": "/accounts/password/reset/key/•••/",
    f"/accounts/password/reset/key/{KEY}": "/accounts/password/reset/key/•••",
    f"/accounts/password/reset/key/{KEY}/more/?a=b": "/accounts/password/reset/key/•••/",
    f"/Accounts/password/reset/%6Bey/{KEY}%0Aabc/": "/Accounts/password/reset/key/•••/",
    f"http://catalog.test/accounts/password/reset/key/{KEY}/": "/accounts/password/reset/key/•••/",
    f"/accounts/join/7-{KEY}/": "/accounts/join/•••/",
    "/expiries/Ab3dEf7hIj9lMn1p.ics": "/expiries/•••",
    "/Expiries/%41b3dEf7h.ics?a=b": "/Expiries/•••",
    "http://catalog.test/expiries/Ab3dEf7hIj9lMn1p.ics": "/expiries/•••",
    "/accounts/password/reset/key/done/": "/accounts/password/reset/key/•••/",
    "/accounts/password/reset/": "/accounts/password/reset/",
    "/assets/%0Ajoin/": "/assets/%0Ajoin/",
}


@pytest.mark.parametrize(("path", "shown"), SHOWN.items())
def test_a_path_is_shown_without_query_and_without_the_key_of_a_link(path, shown):
    assert logs.without_secrets(path) == shown
    event = {"request": f"GET {path}"}
    assert logs.without_query(None, "info", event)["request"] == f"GET {shown}"


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_the_key_of_a_link_reaches_no_line_by_message_or_argument(log_format):
    address = f"https://catalog.test/accounts/password/reset/key/{KEY}/"
    written = line(f"Forbidden: {address} %s %s", address, {"next": address}, log_format=log_format)
    assert KEY[3:9] not in written
    assert written.count("/key/•••/") >= 3 or written.count("/key/\\u2022\\u2022\\u2022/") >= 3
