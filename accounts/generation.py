"""When a token or an account has lost rights, every process must know before we say that it is done (decision 0008).

Processes trust what they verified while they hold a lease: for TOKEN_LEASE seconds from the beginning of a read
that found the generation unchanged. A trigger of the database adds one to the generation in the transaction of every
change of a token or an account. Whoever makes such a change returns only after its commit and one lease more.
"""

import time

from django.conf import settings
from django.db import transaction

DRIFT = 1.02  # how much faster or slower than ours another host's clock may run


def outlast_leases() -> None:
    """Let this transaction end only when every lease that was given before its commit has run out, on every host.

    Registered within the transaction, carried out after its commit and before its `atomic` block is left.
    """
    transaction.on_commit(wait)


def wait() -> None:
    time.sleep(settings.TOKEN_LEASE * DRIFT)
