"""One of several processes that sweep at the same instant: `python -m tests.faults.sweeping NOW [without-lease]`.

Says "ready", reads from its standard input when to begin (seconds since the epoch), prints the due tokens that it saw.
"""

import sys
import time
from datetime import datetime

import django

django.setup()

from jobs import heartbeats  # noqa: E402  # Django has to be set up first
from notifications import planning  # noqa: E402  # Django has to be set up first
from tokens.models import ApiToken  # noqa: E402


def grant(now: datetime) -> bool:
    """A lease for everybody, and a check of everything."""
    return True


if "without-lease" in sys.argv:
    heartbeats.claim_sweep = grant
    heartbeats.full_sweep_is_due = grant  # whoever comes late finds nothing that is due
ApiToken.objects.exists()  # connects
print("ready", flush=True)
begin = float(input())
time.sleep(max(0.0, begin - time.time()))
done = planning.sweep(datetime.fromisoformat(sys.argv[1]))
print(done.tokens if done else 0)
