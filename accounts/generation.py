"""When a token or an account has lost rights, every process must know before we say that it is done (decision 0008).

Processes trust what they verified while they hold a lease: for TOKEN_LEASE seconds from the beginning of a read
that found the generation unchanged. A trigger of the database adds one to the generation in the transaction of every
change of a token or an account. Whoever makes such a change returns only after its commit and one lease more.
"""

import secrets
import time
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts.actors import Actor
from accounts.audit import record
from accounts.models import Generation

MAX_CHANGES = 2**40  # more than any database ever sees
MAX_CLOCK_DRIFT = 1.02  # a factor: how much faster or slower than ours another host's clock may run


def outlast_leases() -> None:
    """Let this transaction end only when every lease that was given before its commit has run out, on every host.

    Registered within the transaction, carried out after its commit and before its `atomic` block is left.
    """
    transaction.on_commit(wait)


def wait() -> None:
    time.sleep(settings.TOKEN_LEASE * MAX_CLOCK_DRIFT)


@transaction.atomic
def begin_anew(*, by: Actor | None, now: datetime) -> None:
    """Jump to a generation that never was: no process trusts any more what it verified before this returned.

    For a database that was put back: it counts once more through numbers under which processes may remember something.
    """
    step = MAX_CHANGES + secrets.randbits(40)
    if not Generation.objects.filter(pk=Generation.ONLY).update(number=F("number") + step):
        Generation.objects.create(pk=Generation.ONLY, number=step)
    record("begin_anew", kind="generation", ids=[Generation.ONLY], by=by, now=now)
    outlast_leases()
