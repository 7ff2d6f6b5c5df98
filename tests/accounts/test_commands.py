import re

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User


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
