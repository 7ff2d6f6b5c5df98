"""A backup was put back: what was revoked since opens again, and numbers that processes remember come again."""

from datetime import datetime

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Generation
from tests.faults.test_server import status_of
from tests.processes import gunicorn
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import IssuedToken, generate_token, revoke_token

pytestmark = pytest.mark.django_db(transaction=True)


def put_back(token: ApiToken, *, ended_at: datetime | None, generation: int) -> None:
    """The token's row and the generation as a backup has them: no trigger runs while it is read."""
    reason = None if ended_at is None else ApiToken.EndReason.REVOKED
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
        ApiToken.objects.filter(pk=token.pk).update(ended_at=ended_at, end_reason=reason)
        Generation.objects.update(number=generation)
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = origin")


def number() -> int:
    return Generation.objects.get().number


def answers(port: int, issued: IssuedToken, *, times: int = 10) -> set[int]:
    return {status_of(port, f"Authorization: Bearer {issued.secret}".encode()) for _ in range(times)}


def issue(account, scope: Scope = Scope.READ_ONLY) -> IssuedToken:
    return generate_token(account, scope=scope, by=None, now=timezone.now())


def test_a_token_that_a_backup_revived_is_dead_again_after_the_runbook(acme, tmp_path):
    issued, generation = issue(acme), number()
    with gunicorn(tmp_path, WEB_CONCURRENCY="2") as (port, _):
        revoke_token(issued.token, by=None, now=timezone.now())
        assert answers(port, issued) == {401}
        put_back(issued.token, ended_at=None, generation=generation)
        assert answers(port, issued) == {200}  # what the runbook is for
        call_command("revoke_tokens", "--all", "--issued-before", timezone.now().isoformat(), "--yes")
        assert answers(port, issued) == {401}
        later = issue(acme)
        call_command("revoke_tokens", "--all", "--issued-before", later.token.created_at.isoformat(), "--yes")
        assert answers(port, later) == {200}


def test_a_process_that_nobody_restarted_trusts_nothing_from_before(acme, tmp_path, settings):
    """It remembers under a number that comes again: one call's look at the database renews its trust in all others."""
    settings.TOKEN_LEASE = 4.0
    one, other = issue(acme), issue(acme, Scope.READ_WRITE)
    with gunicorn(tmp_path, TOKEN_LEASE_MS="4000") as (port, _):
        assert answers(port, one, times=1) == {200}
        put_back(one.token, ended_at=timezone.now(), generation=number())
        assert answers(port, other, times=1) == {200}
        assert answers(port, one, times=1) == {200}  # from memory: the row says that it has ended
        call_command("revoke_tokens", "--all", "--issued-before", acme.created_at.isoformat(), "--yes")
        assert answers(port, other, times=1) == {200}
        assert answers(port, one, times=1) == {401}
