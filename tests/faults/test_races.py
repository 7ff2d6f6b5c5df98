import collections
import json
import subprocess
import sys

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
        subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    statuses: collections.Counter[str] = collections.Counter()
    for process in running:
        statuses.update(json.loads(process.communicate(timeout=180)[0]))
    assert statuses == {"200": ACCOUNTS, "409": ACCOUNTS * (PROCESSES - 1)}
    assert ApiToken.objects.open().count() == ApiToken.objects.count() == ACCOUNTS
