from django.core.management import call_command

from accounts.models import User
from catalog.models import Table


def test_create_demo_prints_passwords_once(db, capsys):
    call_command("create_demo")
    first = capsys.readouterr().out
    call_command("create_demo")
    assert (first.count("password: "), capsys.readouterr().out) == (2, "")


def test_create_demo_fills_an_account_that_was_there_before_the_catalog(ada, olga, capsys):
    call_command("create_demo")
    assert (Table.objects.visible_to(ada.account).exists(), capsys.readouterr().out) == (True, "")


def test_colleagues_of_the_demo_have_no_password_yet(db):
    call_command("create_demo")
    colleagues = User.objects.exclude(email__in=["ada@acme.test", "olga@catalog.test"])
    assert [user.has_usable_password() for user in colleagues] == [False] * 4
