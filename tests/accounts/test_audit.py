from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from accounts import audit
from accounts.actors import COMMAND_LINE, Actor
from accounts.models import AuditEntry
from tests.factories import NOW


def test_an_entry_says_who_did_what_to_how_many(acme, ada):
    by = Actor(ada.email, ada, "203.0.113.7", "Firefox")
    audit.record("suspend_account", kind="account", ids=[acme.pk], by=by, now=NOW, account=acme, detail="a\nb")
    entry = AuditEntry.objects.get()
    assert (entry.account, entry.actor, entry.actor_name, entry.door) == (acme, ada, ada.email, "page")
    assert (entry.operation, entry.kind, entry.count, entry.ids) == ("suspend_account", "account", 1, [str(acme.pk)])
    assert (entry.ip, entry.client, entry.detail, entry.at) == ("203.0.113.7", "Firefox", "a b", NOW)


def test_a_batch_is_one_entry_with_its_first_twenty_ids(acme, django_assert_num_queries):
    token, ids = uuid4(), list(range(500))
    with django_assert_num_queries(1):
        audit.record(
            "update_tables", kind="table", ids=ids, by=Actor("cat_rw", token_id=token), now=NOW, account=acme.pk
        )
    entry = AuditEntry.objects.get()
    assert (entry.count, entry.ids, entry.token_id) == (500, [str(one) for one in range(20)], token)


def test_a_detail_that_is_too_long_says_that_it_goes_on(db):
    long = audit.record("pause", kind="outbox", ids=[1], by=None, now=NOW, detail="a" * 301)
    whole = audit.record("pause", kind="outbox", ids=[1], by=None, now=NOW, detail="a" * 300)
    assert (long.detail, whole.detail) == ("a" * 299 + "…", "a" * 300)


@pytest.mark.parametrize(
    ("by", "name", "door"), [(None, "system", "system"), (COMMAND_LINE, "command line", "command")]
)
def test_an_act_of_nobody_s_is_named_by_where_it_came_from(db, by, name, door):
    entry = audit.record("pause", kind="outbox", ids=[1], by=by, now=NOW)
    assert (entry.actor_name, entry.door, entry.account) == (name, door, None)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the trigger is PostgreSQL's")
def test_the_database_refuses_to_change_an_entry(db):
    audit.record("pause", kind="outbox", ids=[1], by=None, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        AuditEntry.objects.update(actor_name="somebody else")
