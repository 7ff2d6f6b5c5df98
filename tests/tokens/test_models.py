from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests.factories import NOW
from tokens.models import ApiToken
from tokens.services import revoke_token


def clone(token: ApiToken, **changes) -> ApiToken:
    """An unsaved copy of the token with another identity."""
    values = {field.attname: getattr(token, field.attname) for field in ApiToken._meta.concrete_fields}
    values |= {"id": None, "public_id": "zzzzzzzzzzzz", "scope": "READ_WRITE"} | changes
    values.pop("id")
    return ApiToken(**values)


@pytest.mark.parametrize(
    "changes",
    [
        {"scope": "READ_ONLY"},
        {"scope": "ALL"},
        {"region": "mars"},
        {"expires_at": NOW},
        {"digest": b"short"},
        {"ended_at": NOW},
        {"ended_at": NOW, "end_reason": "REPLACED"},
        {"end_reason": "REVOKED"},
    ],
)
def test_the_database_refuses_impossible_tokens(issued, changes):
    with pytest.raises(DatabaseError), transaction.atomic():
        clone(issued.token, **changes).save(force_insert=True)


def test_a_copy_without_faults_is_accepted(issued):
    clone(issued.token).save(force_insert=True)
    assert ApiToken.objects.count() == 2


@pytest.mark.parametrize(("left", "days"), [(timedelta(days=2), 2), (timedelta(seconds=1), 1), (-timedelta(1), 0)])
def test_days_left_are_rounded_up(issued, left, days):
    assert issued.token.days_left(issued.token.expires_at - left) == days


def postgresql_refuses(act) -> bool:
    """Whether the trigger refused; SQLite has none and accepts."""
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


@pytest.mark.parametrize("column", ["account_id", "scope", "expires_at", "digest", "public_id", "created_at"])
def test_on_postgresql_what_a_token_is_never_changes(issued, umbrella, column):
    values = {
        "account_id": umbrella.pk,
        "expires_at": NOW + timedelta(9),
        "digest": b"x" * 32,
        "created_at": NOW - timedelta(1),
    }
    values |= {"scope": "READ_WRITE", "public_id": "zzzzzzzzzzzz"}
    refused = postgresql_refuses(lambda: ApiToken.objects.update(**{column: values[column]}))
    assert refused == (connection.vendor == "postgresql")


def test_on_postgresql_a_revoked_token_never_comes_back(issued):
    revoke_token(issued.token, by=None, now=NOW)
    refused = postgresql_refuses(lambda: ApiToken.objects.update(ended_at=None, end_reason=None))
    assert refused == (connection.vendor == "postgresql")


def test_on_postgresql_history_is_append_only(issued):
    event = issued.token.events.get()
    for act in (event.delete, lambda: issued.token.events.update(actor_name="nobody")):
        assert postgresql_refuses(act) == (connection.vendor == "postgresql")


def test_on_postgresql_a_token_is_never_deleted(issued):
    raw = (
        "DELETE FROM tokens_tokenevent; DELETE FROM tokens_apitoken"
        if connection.vendor == "sqlite"
        else "DELETE FROM tokens_apitoken"
    )
    refused = postgresql_refuses(lambda: [connection.cursor().execute(part) for part in raw.split(";")])
    assert refused == (connection.vendor == "postgresql")
