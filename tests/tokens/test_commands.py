from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command

from tests.factories import NOW
from tokens import services
from tokens.errors import ReplacementNotAcknowledged
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import generate_token


def test_create_token_prints_the_value_alone_on_stdout(acme, capsys):
    call_command("create_token", account="acme", scope="read_only", name="Nightly")
    out, err = capsys.readouterr()
    assert services.authenticate(out.removesuffix("\n"), now=NOW).name == "Nightly"
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
