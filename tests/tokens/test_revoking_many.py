"""`revoke_tokens`: what an operator ends at once, as after restoring a backup."""

import sys
from datetime import timedelta
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import AuditEntry, Generation
from notifications import events
from notifications.models import Email
from tests.factories import AccountFactory
from tests.tokens.uses import use
from tokens.models import ApiToken, TokenEvent
from tokens.scopes import Scope
from tokens.services import generate_token

NOW = timezone.now()
AGO = {hours: NOW - timedelta(hours=hours) for hours in (1, 2, 3, 4, 5)}


def issue(account, *, hours, scope=Scope.READ_ONLY):
    return generate_token(account, scope=scope, name="Claude", by=None, now=AGO[hours]).token


@pytest.fixture
def tokens(acme, umbrella):
    """Acme's of four hours and of two hours ago, Umbrella's of four hours ago."""
    return [issue(acme, hours=4), issue(acme, hours=2, scope=Scope.READ_WRITE), issue(umbrella, hours=4)]


def revoke(*arguments, **options):
    call_command("revoke_tokens", *arguments, **options)


def ended():
    return set(ApiToken.objects.exclude(ended_at=None).values_list("pk", flat=True))


def places(tokens):
    return {place for place, token in enumerate(tokens) if token.pk in ended()}


@pytest.mark.parametrize(
    ("arguments", "which"),
    [
        (["--all"], {0, 1, 2}),
        (["--account", "acme"], {0, 1}),
        (["--all", "--issued-before", AGO[3].isoformat()], {0, 2}),
        (["--account", "umbrella", "--issued-before", AGO[3].isoformat()], {2}),
        (["--all", "--issued-before", AGO[5].isoformat()], set()),
        (["--all", "--issued-before", AGO[4].isoformat()], set()),
        (["--all", "--changed-since", AGO[2].isoformat()], {1}),
        (["--all", "--changed-since", AGO[1].isoformat()], set()),
    ],
)
def test_it_ends_whom_it_is_told_to(tokens, arguments, which):
    revoke(*arguments)
    assert places(tokens) == which


def test_changed_since_is_also_who_was_called_with_and_both_times_hold(tokens):
    use(tokens[0], at=AGO[1])
    use(tokens[2], at=AGO[3], reason="insufficient_scope")
    revoke("--all", "--changed-since", AGO[1].isoformat(), "--issued-before", AGO[3].isoformat())
    assert places(tokens) == {0}
    revoke("--all", "--changed-since", AGO[3].isoformat(), "--issued-before", AGO[3].isoformat())
    assert places(tokens) == {0, 2}


def test_a_time_may_be_in_any_zone(tokens):
    zone = timezone.get_fixed_timezone(330)
    revoke("--all", "--issued-before", AGO[3].astimezone(zone).isoformat())
    assert places(tokens) == {0, 2}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--all", "--issued-before", "2026-11-24T12:00:00"], "'2026-11-24T12:00:00' says no zone: add Z"),
        (["--all", "--changed-since", "2026-11-24"], "says no zone"),
        (["--all", "--issued-before", "yesterday"], "'yesterday' is no time: say one such as 2026-11-24T12:00:00Z"),
        (["--all", "--issued-before", "2026-02-30T12:00:00Z"], "is no time"),
        (["--account", "nobody"], "There is no account 'nobody'"),
        (["--all", "--account", "acme"], "not allowed with"),
        ([], "one of the arguments --account --all is required"),
    ],
)
def test_it_says_what_is_wrong_and_changes_nothing(tokens, arguments, sentence):
    before = Generation.objects.get().number
    with pytest.raises(CommandError, match=sentence):
        revoke(*arguments)
    assert (ended(), Generation.objects.get().number) == (set(), before)


def test_it_says_first_which_and_who_uses_them(tokens, capsys):
    for client in ("castor-upload", "", "dbt", "airflow"):
        use(tokens[0], client, at=NOW)
    use(tokens[0], "refused", at=NOW, reason="insufficient_scope")
    revoke("--account", "acme")
    out, err = capsys.readouterr()
    first, acmes, *_ = err.splitlines()
    assert first == "Tokens to revoke: 2. Integrations that used them in the last 30 days: 4."
    assert acmes.startswith(f"  acme\t{tokens[0].mask}\tClaude\t")
    assert acmes.endswith(", 1 more")
    assert f"{tokens[1].mask}\tClaude\tnobody" in err
    assert out == "2 revoked.\n"


def test_twenty_are_listed_and_the_others_counted_and_batches_end_all(db, capsys, monkeypatch):
    monkeypatch.setattr("tokens.management.commands.revoke_tokens.TOKENS_PER_TRANSACTION", 10)
    for account in AccountFactory.create_batch(23):
        issue(account, hours=1)
    revoke("--all")
    out, err = capsys.readouterr()
    assert (err.count("\tnobody"), "… and 3 more" in err, out) == (20, True, "23 revoked.\n")


@pytest.fixture
def terminal(monkeypatch):
    """Somebody at a terminal who answers no."""
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr("builtins.input", asked := Mock(return_value="n"))
    return asked


def test_a_no_at_the_terminal_does_nothing_and_yes_beforehand_is_not_asked(tokens, terminal):
    before = Generation.objects.get().number
    with pytest.raises(CommandError, match="Nothing was done"):
        revoke("--all")
    assert (ended(), Generation.objects.get().number) == (set(), before)
    revoke("--all", "--yes")
    assert (len(ended()), terminal.call_count) == (3, 1)


def test_history_and_emails_say_the_command_line(tokens, ada):
    revoke("--account", "acme")
    assert set(TokenEvent.objects.filter(kind="REVOKED").values_list("actor_name", flat=True)) == {"command line"}
    events.plan_token_events(timezone.now())
    assert Email.objects.filter(kind=Email.Kind.REVOKED, recipient=ada).count() == 2


@pytest.mark.parametrize("arguments", [["--all"], ["--all", "--issued-before", AGO[5].isoformat()]])
def test_the_generation_begins_anew_also_when_nothing_was_revoked(tokens, arguments, capsys):
    before = Generation.objects.get().number
    revoke(*arguments)
    assert Generation.objects.get().number > before + 2**40
    assert AuditEntry.objects.get(operation="begin_anew").actor_name == "command line"
    assert "No process trusts any longer" in capsys.readouterr().err


def test_what_has_expired_or_ended_is_left_as_it_is(tokens, acme):
    ApiToken.objects.filter(pk=tokens[0].pk).update(ended_at=NOW, end_reason="REVOKED")
    year = NOW - timedelta(days=370)
    old = generate_token(AccountFactory.create(), scope=Scope.READ_ONLY, by=None, now=year).token
    revoke("--all")
    assert not TokenEvent.objects.filter(kind="REVOKED", token__in=[tokens[0], old]).exists()
