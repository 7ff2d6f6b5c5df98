"""`send_due_emails`: what it says while it sends."""

import io
import re

import pytest
from django.core.management import call_command

from accounts.models import User
from catalog.index.catching_up import index_account
from catalog.index.checking import differences
from notifications.management.commands import send_due_emails
from notifications.models import Email
from tests.catalog.factories import a_table
from tests.factories import NOW, UserFactory

WORDS = [r"1 sent, \d+ a second, 1 left", r"2 sent, \d+ a second, 0 left"]


@pytest.fixture
def two(acme, issued, monkeypatch):
    """Two emails, each of which is worth a word."""
    UserFactory.create(email="bob@acme.test", account=acme, role=User.Role.ADMIN)
    monkeypatch.setattr(send_due_emails, "ON_TERMINAL", 0.0)
    monkeypatch.setattr(send_due_emails, "ELSEWHERE", 0.0)


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_is_a_line_each_time_where_nobody_sits(two, capsys):
    call_command("send_due_emails")
    assert re.fullmatch("\n".join([*WORDS, "2 planned, 2 sent.\n"]), capsys.readouterr().out)


def test_progress_is_one_line_in_place_on_a_terminal(two):
    output = Terminal()
    call_command("send_due_emails", stdout=output)
    assert re.fullmatch("\0".join(["", *WORDS, "2 planned, 2 sent.\n"]), output.getvalue().replace("\r\x1b[K", "\0"))


def test_it_is_silent_between_two_words(two, capsys, monkeypatch):
    monkeypatch.setattr(send_due_emails, "ELSEWHERE", 3600.0)
    call_command("send_due_emails")
    assert capsys.readouterr().out == "2 planned, 2 sent.\n"


def test_it_can_be_quiet(two, capsys):
    call_command("send_due_emails", verbosity=0)
    assert capsys.readouterr().out == ""
    assert Email.objects.filter(state=Email.State.SENT).count() == 2


def test_where_cron_calls_it_the_search_finds_what_was_put_off(acme):
    a_table(acme)
    index_account(acme, now=NOW)
    call_command("send_due_emails", verbosity=0)
    assert list(differences(acme)) == []
