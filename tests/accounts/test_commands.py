import getpass
import io
import re
import sys

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command, get_commands

from accounts.models import PeopleEvent, User
from tests.factories import PASSWORD


def test_create_account_prints_a_link_that_sets_the_password_once(db, client, capsys):
    call_command("create_account", "Acme", admin="ada@acme.test")
    link = capsys.readouterr().out.strip()
    form = client.get(link, follow=True)
    assert form.status_code == 200
    client.post(form.request["PATH_INFO"], {"password1": "a long pass phrase", "password2": "a long pass phrase"})
    assert User.objects.get().check_password("a long pass phrase")
    assert b"password1" not in client.get(link, follow=True).content


def test_create_operator_makes_somebody_who_uses_the_admin(db, capsys):
    call_command("create_operator", "olga@catalog.test")
    operator = User.objects.get()
    assert (operator.is_staff, operator.account) == (True, None)
    assert re.fullmatch(r"http://localhost:8000/accounts/password/reset/key/\S+/\n", capsys.readouterr().out)


def test_create_user_enters_somebody_into_an_account(acme, capsys):
    call_command("create_user", "dan@acme.test", account="acme", role="admin")
    assert list(User.objects.administrators_of(acme).values_list("email", flat=True)) == ["dan@acme.test"]
    assert "/accounts/password/reset/key/" in capsys.readouterr().out


def test_create_user_knows_no_other_account(acme):
    with pytest.raises(CommandError, match="no account 'nowhere'"):
        call_command("create_user", "dan@acme.test", account="nowhere")


def test_a_command_says_what_is_wrong_and_changes_nothing(ada):
    with pytest.raises(CommandError, match="in use already"):
        call_command("create_account", "Other", admin="ada@acme.test")
    assert User.objects.count() == 1


# --- For somebody who cannot sign in ---------------------------------------------------------------


class Terminal(io.StringIO):
    """Somebody sits there, and has typed this already."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def typing(monkeypatch):
    """Types lines at a terminal: `typing("y")`."""
    return lambda *lines: monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{line}\n" for line in lines)))


@pytest.fixture
def piped(monkeypatch):
    return lambda text: monkeypatch.setattr(sys, "stdin", io.StringIO(text))


@pytest.fixture
def with_factor(ada):
    return Authenticator.objects.create(user=ada, type="totp", data={})


CHANGES = (("reset_second_factor", "ADA@acme.test"), ("change_address", "ADA@acme.test", "ada@new.test"))


@pytest.mark.parametrize("command", CHANGES)
@pytest.mark.usefixtures("with_factor")
def test_a_no_at_the_terminal_changes_nothing(typing, command):
    typing("n")
    with pytest.raises(CommandError, match="Nothing was done"):
        call_command(*command)
    assert Authenticator.objects.exists()
    assert User.objects.get().email == "ada@acme.test"


@pytest.mark.parametrize("options", [{"yes": True}, {}])
@pytest.mark.usefixtures("with_factor")
def test_a_yes_changes_it_and_names_the_command_line(typing, options):
    for number, command in enumerate(CHANGES, start=1):
        typing("y")
        call_command(*command, **options)
        assert PeopleEvent.objects.filter(actor_name="command line").count() == number
    assert not Authenticator.objects.exists()
    assert User.objects.get().email == "ada@new.test"


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (("reset_second_factor", "nobody@acme.test"), "Nobody signs in with 'nobody@acme.test'"),
        (("reset_second_factor", "ada@acme.test"), "has no second factor"),
        (("change_address", "ada@acme.test", "carol@acme.test"), "in use already"),
        (("change_address", "ada@acme.test", "no address"), "is no email address"),
        (("changepassword", "nobody@acme.test"), "Nobody signs in with"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(ada, carol, command, said):
    with pytest.raises(CommandError, match=said):
        call_command(*command)


def test_the_command_for_passwords_is_ours_and_goes_through_the_service(ada, client, piped):
    assert get_commands()["changepassword"] == "accounts"
    client.force_login(ada)
    piped("a new passphrase\n")
    call_command("changepassword", "ada@acme.test")
    assert User.objects.get().check_password("a new passphrase")
    assert PeopleEvent.objects.get().after == {"by": "command"}
    assert client.get("/profile/").status_code == 302


def test_a_weak_password_is_refused_there_too(ada, piped):
    piped("short\n")
    with pytest.raises(CommandError, match="too short"):
        call_command("changepassword", "ada@acme.test")
    assert User.objects.get().check_password(PASSWORD)


def test_whoever_types_a_password_types_it_twice_and_may_try_again(ada, typing, monkeypatch):
    typed = iter(["one thing here", "another thing", "short", "short", "a new passphrase", "a new passphrase"])
    monkeypatch.setattr(getpass, "getpass", lambda _: next(typed))
    typing()
    call_command("changepassword", "ada@acme.test")
    assert User.objects.get().check_password("a new passphrase")
