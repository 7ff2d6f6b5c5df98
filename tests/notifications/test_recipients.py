"""One rule in three forms: in Python, for the database, and in the statement that claims an email."""

from collections.abc import Iterator
from itertools import product

import pytest

from accounts.models import Account, User
from notifications.claims import claim, next_page
from notifications.models import Email
from notifications.recipients import is_recipient, is_usable, recipients_by_account, recipients_of
from tests.factories import NOW
from tests.notifications.test_claims import LEASE

ADDRESSES = ("ada_a@acme.test", "ADA_A@acme.test", "no address")
BOUNCED = ("", "ada_a@ACME.test", "no address", "ada%@acme.test")  # `%` is a letter of an address like any other


def conditions(person: User) -> Iterator[tuple[User, Account]]:
    """The person and their account in all combinations of what the rule reads."""
    accounts, people = Account.objects.filter(users=person), User.objects.filter(pk=person.pk)
    for suspended_at in (None, NOW):
        accounts.update(suspended_at=suspended_at)
        for role, status, email, bounced in product(User.Role, User.Status, ADDRESSES, BOUNCED):
            people.update(role=role, status=status, email=email, bounced_address=bounced)
            yield people.get(), accounts.get()


def test_people_at_hand_are_judged_as_the_queries_do(acme, ada, eve):
    named = set()
    for person, account in conditions(ada):
        answers = (
            is_recipient(person, acme.pk),
            person in recipients_of(account),
            person in recipients_by_account([acme.pk])[acme.pk],
        )
        assert len(set(answers)) == 1, (answers, vars(person), account.suspended_at)
        named.add(answers[0])
        assert not is_recipient(person, eve.account_id)
        assert eve not in recipients_of(account)
    assert named == {True, False}


@pytest.mark.parametrize("read_first", [True, False])
def test_a_claimed_email_is_judged_as_the_database_is_now(acme, ada, planned, read_first):
    before = User.objects.get(pk=ada.pk)
    for person, account in conditions(ada):
        if read_first:
            before.save(update_fields=("role", "status", "email", "bounced_address"))
        Email.objects.update(state=Email.State.PENDING, lease_until=None, attempts=0)
        [read] = next_page(NOW)
        if read_first:
            person.save(update_fields=("role", "status", "email", "bounced_address"))
        mine = claim(read, LEASE, now=NOW)
        assert mine is not None
        named = person in recipients_of(account)
        assert is_recipient(mine.email.recipient, acme.pk) == named, (vars(person), account.suspended_at)
        assert mine.email is not read or account.suspended_at is None
        if named and not read_first and account.suspended_at is None:
            assert mine.email is read  # the ordinary case costs no query


@pytest.mark.parametrize("address", ["", "ada", "ada@", "ada@acme.test\nBcc: x@y.test", "ada@acme.test\x00"])
def test_malformed_addresses_cannot_be_used(address):
    assert not is_usable(address)
