"""Processes that do the same thing at the same instant, on the database of this test."""

import collections
import json
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from accounts.models import User
from devtools.environment import ROOT
from notifications import events
from notifications.models import Email
from tests.factories import NOW, AccountFactory, UserFactory
from tests.processes import environment
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

PROCESSES, ACCOUNTS = 4, 12  # with the unique index alone, seven races in ten are lost
SWEEPERS, TOKENS = 4, 50


def at_once(processes: int, *module: str) -> list[str]:
    """The last line that each of the processes printed; all of them began at the same instant."""
    command = [sys.executable, "-m", *module]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    running = [subprocess.Popen(command, cwd=ROOT, env=environment(), **pipes) for _ in range(processes)]  # type: ignore[call-overload]
    for process in running:
        while process.stdout.readline() != "ready\n":
            assert process.poll() is None
    begin = f"{time.time() + 0.5}\n"
    for process in running:
        process.stdin.write(begin)
    return [process.communicate()[0].splitlines()[-1] for process in running]


def test_processes_that_generate_at_once_leave_one_active_token_each():
    UserFactory.create_batch(ACCOUNTS, role=User.Role.ADMIN)
    statuses: collections.Counter[str] = collections.Counter()
    for said in at_once(PROCESSES, "tests.faults.generating"):
        statuses.update(json.loads(said))
    assert statuses == {"200": ACCOUNTS, "409": ACCOUNTS * (PROCESSES - 1)}
    assert ApiToken.objects.open().count() == ApiToken.objects.count() == ACCOUNTS


@pytest.mark.parametrize("lease", ["with-lease", "without-lease"])
def test_sweeps_at_once_plan_each_email_once(lease):
    """Without the lease the unique constraints alone have to do it."""
    for _ in range(TOKENS):
        account = AccountFactory.create()
        UserFactory.create(account=account, role=User.Role.ADMIN)
        generate_token(account, scope=Scope.READ_ONLY, by=None, now=NOW)
    events.plan_token_events(NOW)
    when = NOW.replace(year=2027) - timedelta(days=5)
    seen = [int(said) for said in at_once(SWEEPERS, "tests.faults.sweeping", when.isoformat(), lease)]
    assert (
        Email.objects.filter(event=None, kind="expires_7").count() == Email.objects.filter(event=None).count() == TOKENS
    )
    assert (seen.count(0) == 0) == (lease == "without-lease")
