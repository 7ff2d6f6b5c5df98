"""How long a tool may take and how often a token may write, and what happens when something breaks inside."""

import time

import pytest
from django.db import OperationalError, connection

from accounts.models import Generation
from api import throttling
from api.mcp.limits import TooSlow, within_seconds
from catalog.models import Term
from tests.api.mcp.asking import answer, ask, call, refused, text


def sleep(seconds):
    """Takes the place of what a tool asks the catalog."""

    def run(*_, **__):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(%s)", [seconds])

    return run


def test_writes_of_a_token_are_limited(writer, settings):
    settings.MCP_WRITES_PER_MINUTE = 2
    for number in range(2):
        answer(writer, "create_term", name=f"Term {number}", description="x")
    said = refused(writer, "create_term", name="Term 3", description="x")
    start, _, seconds = said.partition("Go on in ")
    assert start == "RateLimitError: this token wrote 2 times in a minute. Nothing of this call was written. "
    assert 0 < int(seconds.removesuffix(" seconds.")) <= 60
    assert Term.objects.count() == 2
    assert ask(writer, "tools/list").status_code == 200


def test_reading_is_no_writing_and_a_limit_of_0_is_none(writer, settings):
    settings.MCP_WRITES_PER_MINUTE = 1
    for _ in range(3):
        answer(writer, "search_terms")
    settings.MCP_WRITES_PER_MINUTE = 0
    for number in range(3):
        answer(writer, "create_term", name=f"Term {number}", description="x")


def test_writes_pass_while_valkey_is_away(writer, settings, tmp_path, monkeypatch):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"
    settings.MCP_WRITES_PER_MINUTE = 1
    monkeypatch.setattr(throttling, "counters", throttling.Counters())
    for number in range(2):
        answer(writer, "create_term", name=f"Term {number}", description="x")


# --- Time ----------------------------------------------------------------------------------------------


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite ends no statement")
def test_a_statement_that_takes_too_long_is_stopped_and_the_connection_serves_on(reader, settings, monkeypatch):
    settings.MCP_SECONDS = 1
    with monkeypatch.context() as patch:
        patch.setattr("api.mcp.tools.searching.list_assets", sleep(30))
        begun = time.monotonic()
        said = refused(reader, "search_terms")
        assert time.monotonic() - begun < 10
    assert said == "Stopped after 1 seconds. Ask for less: a longer query, under, a smaller depth or limit."
    assert answer(reader, "search_terms")["items"] == []


def wait_between_two_statements(first):
    with within_seconds(0.05):
        connection.cursor().execute(first)
        time.sleep(0.1)
        connection.cursor().execute("SELECT 1")


def test_all_statements_of_a_call_share_its_time(db):
    with pytest.raises(TooSlow):
        wait_between_two_statements("SELECT 1")


def test_a_write_that_is_stopped_leaves_nothing(db):
    before = Generation.objects.get().number
    with pytest.raises(TooSlow):
        wait_between_two_statements("UPDATE accounts_generation SET number = number + 1000000")
    assert Generation.objects.get().number == before


# --- Faults --------------------------------------------------------------------------------------------


def broken(error):
    def run(*_, **__):
        raise error

    return run


def test_a_database_that_went_away_in_a_tool_is_said_to_be(reader, monkeypatch):
    monkeypatch.setattr("api.mcp.tools.searching.list_assets", broken(OperationalError("server closed")))
    assert refused(reader, "search_terms") == "The catalog's database is away. Try again in 5 seconds."


def test_a_fault_of_ours_names_its_request_and_nothing_of_itself(reader, monkeypatch, caplog):
    monkeypatch.setattr("api.mcp.tools.searching.list_assets", broken(KeyError("text of somebody")))
    said = refused(reader, "search_terms", query="words of somebody")
    assert said.startswith("This failed on our side and was reported as ")
    assert said.endswith(". Trying again will not help.")
    assert "somebody" not in said + caplog.text
    assert "mcp_failed error=KeyError" in caplog.text


def test_a_fault_in_one_call_disturbs_no_other(reader, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("api.mcp.tools.searching.list_assets", broken(ValueError()))
        assert call(reader, "search_terms")["isError"]
    assert not call(reader, "search_terms")["isError"]
    assert text(call(reader, "search_terms"))
