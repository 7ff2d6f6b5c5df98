import uuid

import pytest
from django.utils import timezone

from tests.factories import NOW
from tokens import keys
from tokens.forms import GenerateForm
from tokens.scopes import Scope
from tokens.services import generate_token

SHOWN = str(uuid.uuid4())


def sent(**data: str) -> GenerateForm:
    form = GenerateForm({"scope": "READ_ONLY"} | data)
    form.full_clean()
    return form


def test_the_box_counts_for_the_token_that_was_shown():
    assert sent(shown_READ_ONLY=SHOWN, acknowledged="on").replaces == uuid.UUID(SHOWN)


def test_without_the_box_nothing_is_replaced():
    assert sent(shown_READ_ONLY=SHOWN).replaces is None


def test_the_box_does_not_count_for_the_other_scope():
    assert sent(shown_READ_WRITE=SHOWN, acknowledged="on").replaces is None


def test_the_form_shows_each_scope_s_token_and_no_other_account_s(acme, umbrella):
    ours = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now()).token
    generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=timezone.now())
    form = GenerateForm.for_account(acme, scope=Scope.READ_WRITE, now=NOW)
    assert form.initial["shown_READ_WRITE"] == ours.pk
    assert form.initial["shown_READ_ONLY"] == ""


@pytest.mark.parametrize("shown", ["x", "0", "\x00"])
def test_what_is_no_id_counts_as_none_shown(shown):
    form = sent(shown_READ_ONLY=shown, acknowledged="on")
    assert form.is_valid()
    assert form.replaces is None


def test_a_token_s_value_is_no_name():
    value = keys.mint("READ_ONLY", "eu").text
    assert "name" in sent(name=value).errors
    assert "name" in sent(name=f"mine: {value[:30]}").errors


def test_a_token_that_expired_while_the_form_was_open_can_be_replaced(acme):
    old = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW.replace(year=2020)).token
    form = sent(shown_READ_ONLY=str(old.pk), acknowledged="on")
    assert generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=form.replaces).token != old


@pytest.mark.parametrize("scope", ["", "ALL", "read_only"])
def test_an_unknown_scope_in_the_address_chooses_the_weaker_one(acme, scope):
    assert GenerateForm.for_account(acme, scope=scope, now=NOW).initial["scope"] == Scope.READ_ONLY


@pytest.mark.parametrize("name", ["a" * 81, "a\x00b", "a\tb", "a\u2028b", "a\x85b"])
def test_a_bad_name_says_so_beside_its_field(name):
    assert "name" in sent(name=name).errors


@pytest.mark.parametrize("name", ["", "  spaced  ", "a" * 80, "=1+1", "\u202eright to left", "👩‍🚀", "<b>"])
def test_odd_names_are_fine(name):
    assert sent(name=name).cleaned_data["name"] == name.strip()
