import sys
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tests.factories import NOW
from tests.tokens.uses import use
from tokens.authentication import authenticate
from tokens.doors import Door
from tokens.errors import ReplacementNotAcknowledged
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import generate_token


def test_create_token_prints_the_value_alone_on_stdout(acme, capsys):
    call_command("create_token", account="acme", scope="read_only", name="Nightly")
    out, err = capsys.readouterr()
    assert authenticate(out.removesuffix("\n"), now=NOW).name == "Nightly"
    assert out.strip() not in err


def test_create_token_says_that_another_was_first(acme, issued, monkeypatch):
    race = ReplacementNotAcknowledged(issued.token)
    monkeypatch.setattr("tokens.management.commands.create_token.generate_token", Mock(side_effect=race))
    with pytest.raises(CommandError, match="changed in the meantime"):
        call_command("create_token", account="acme", scope="READ_ONLY", replace=True)


def test_create_token_replaces_only_when_told(acme, issued, capsys):
    with pytest.raises(CommandError, match="Say --replace"):
        call_command("create_token", account="acme", scope="READ_ONLY")
    call_command("create_token", account="acme", scope="READ_ONLY", replace=True)
    assert ApiToken.objects.open().count() == 1
    assert issued.token.mask in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"account": "nobody", "scope": "read_only"}, "There is no account 'nobody'"),
        ({"account": "acme", "scope": "all"}, "There is no scope 'all'"),
        ({"account": "acme", "scope": "read_only", "name": "a\nb"}, "at most 80 characters"),
    ],
)
def test_create_token_says_what_is_wrong_and_changes_nothing(acme, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("create_token", **arguments)
    assert not ApiToken.objects.exists()


def test_revoke_token_takes_a_public_id(issued, capsys):
    call_command("revoke_token", issued.token.public_id)
    call_command("revoke_token", issued.token.public_id)
    assert "is revoked" in (said := capsys.readouterr().err)
    assert "nothing changed" in said


def test_revoke_token_refuses_an_unknown_public_id(db):
    with pytest.raises(CommandError, match="no token with this public id"):
        call_command("revoke_token", "nope")


def test_list_tokens_shows_masks_and_never_values(acme, umbrella, issued, capsys):
    generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=NOW)
    call_command("list_tokens", account="acme")
    (line,) = capsys.readouterr().out.splitlines()
    assert line.split("\t")[:3] == [issued.token.public_id, "acme", issued.token.mask]
    assert issued.secret not in line


@pytest.fixture
def live(acme):
    """A token that is active at this moment, for the commands' own clock, with two clients."""
    now = timezone.now()
    token = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=now).token
    use(token, "castor-upload", at=now, calls=1)
    use(token, "", door=Door.MCP, at=now - timedelta(minutes=1), calls=20)
    use(token, "refused", at=now, reason="insufficient_scope")
    return token


@pytest.fixture
def terminal(monkeypatch):
    """Somebody at a terminal: `terminal("y")` is what they answer; returns how often they were asked."""

    def answering(answer):
        asked = Mock(return_value=answer)
        monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
        monkeypatch.setattr("builtins.input", asked)
        return asked

    return answering


def revoke(token, **options):
    call_command("revoke_token", token.public_id, **options)


def replace(token, **options):
    call_command("create_token", account=token.account.slug, scope="read_only", replace=True, **options)


acts = pytest.mark.parametrize("act", [revoke, replace])


@acts
def test_who_stops_is_listed_before_the_act_and_not_on_stdout(live, capsys, act):
    act(live)
    out, err = capsys.readouterr()
    last = f"{timezone.now():%Y-%m-%d}"
    lines = err.splitlines()
    assert lines[0] == f"2 integrations used {live.mask} in the last 30 days and will stop:"
    assert lines[1].startswith(f"  castor-upload\tREST\t1 call\tlast {last}")
    assert lines[2].startswith(f"  unnamed client\tMCP\t20 calls\tlast {last}")
    assert "refused" not in err
    assert "castor-upload" not in out


@acts
def test_one_that_stops_is_one(live, capsys, act):
    live.uses.exclude(client="castor-upload").delete()
    act(live)
    assert capsys.readouterr().err.startswith(f"1 integration used {live.mask} in the last 30 days and will stop:\n")


@acts
def test_a_token_that_nobody_used_is_said_to_be_so(live, capsys, act):
    live.uses.all().delete()
    act(live)
    assert capsys.readouterr().err.startswith(f"Nobody used {live.mask} in the last 30 days.\n")


@acts
@pytest.mark.parametrize("answer", ["n", "", "no", "N", "yikes", " "])
def test_at_a_terminal_anything_but_yes_does_nothing(live, terminal, capsys, act, answer):
    asked = terminal(answer)
    with pytest.raises(CommandError, match="Nothing was done"):
        act(live)
    assert (ApiToken.objects.open().get(), asked.call_count) == (live, 1)
    assert capsys.readouterr().out == ""


@acts
def test_whoever_ends_the_input_says_no(live, terminal, act):
    terminal("").side_effect = EOFError
    with pytest.raises(CommandError, match="Nothing was done"):
        act(live)
    assert ApiToken.objects.open().get() == live


@acts
@pytest.mark.parametrize("answer", ["y", "Y", "yes", " YES "])
def test_at_a_terminal_yes_goes_on(live, terminal, act, answer):
    asked = terminal(answer)
    act(live)
    live.refresh_from_db()
    assert (asked.call_count, live.ended_at is None) == (1, False)


@acts
def test_the_question_says_that_there_is_no_way_back(live, terminal, capsys, act):
    terminal("y")
    act(live)
    assert f"{act.__name__.title()} it? A token that has ended cannot be restored. [y/N] " in capsys.readouterr().err


@acts
def test_whoever_said_yes_beforehand_is_not_asked(live, terminal, capsys, act):
    asked = terminal("n")
    act(live, yes=True)
    live.refresh_from_db()
    assert (asked.call_count, live.ended_at is None) == (0, False)
    assert "castor-upload" in capsys.readouterr().err


@acts
def test_without_a_terminal_nobody_is_asked(live, monkeypatch, act):
    monkeypatch.setattr("builtins.input", asked := Mock(return_value="n"))
    act(live)
    assert (asked.call_count, live.uses.count()) == (0, 3)


def test_a_first_token_and_one_that_has_ended_ask_nothing(live, terminal, capsys):
    asked = terminal("n")
    revoke(live, yes=True)
    capsys.readouterr()
    revoke(live)
    replace(live)
    assert asked.call_count == 0
    assert "integration" not in capsys.readouterr().err
