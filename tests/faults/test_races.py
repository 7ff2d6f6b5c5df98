import collections
import json
import subprocess
import sys
import time

import pytest

from accounts.models import User
from devtools.environment import ROOT
from tests.factories import UserFactory
from tests.processes import environment
from tokens.models import ApiToken

PROCESSES, ACCOUNTS = 4, 200


@pytest.mark.django_db(transaction=True)
def test_processes_that_generate_at_once_leave_one_active_token_each():
    UserFactory.create_batch(ACCOUNTS, role=User.Role.ADMIN)
    command = [sys.executable, "-m", "tests.faults.generating"]
    running = [
        subprocess.Popen(
            command, cwd=ROOT, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        for _ in range(PROCESSES)
    ]
    for process in running:
        while process.stdout and process.stdout.readline() != "ready\n":
            assert process.poll() is None
    begin = f"{time.time() + 0.5}\n"
    statuses: collections.Counter[str] = collections.Counter()
    for process in running:
        assert process.stdin
        process.stdin.write(begin)
    for process in running:
        statuses.update(json.loads(process.communicate(timeout=180)[0].splitlines()[-1]))
    assert statuses == {"200": ACCOUNTS, "409": ACCOUNTS * (PROCESSES - 1)}
    assert ApiToken.objects.open().count() == ApiToken.objects.count() == ACCOUNTS
