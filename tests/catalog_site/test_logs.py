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
