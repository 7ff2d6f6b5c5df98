"""Senders that are killed: forks some, kills one at random again and again, and goes on until nothing is left to send.

Run as `python -m tests.faults.sending SENDERS KILLS`; prints the number of kills.
"""

import os
import random
import signal
import sys
import time

import django

django.setup()

from django.db import connections  # noqa: E402  # Django has to be set up first
from django.utils import timezone  # noqa: E402

from notifications import delivery  # noqa: E402
from notifications.models import Email  # noqa: E402

SEED = 20261124


def sender() -> int:
    """The child's process id; the child sends until it is killed."""
    connections.close_all()
    if child := os.fork():
        return child
    try:
        while True:
            delivery.send_emails(timezone.now())
            time.sleep(0.02)
    finally:
        os._exit(1)


def main(senders: int, kills: int) -> int:
    """How many were killed while emails were waiting."""
    chance, done = random.Random(SEED), 0
    children = [sender() for _ in range(senders)]
    while Email.objects.unsettled().exists():
        time.sleep(chance.uniform(0.02, 0.12))
        if done < kills:
            victim = chance.randrange(senders)
            os.kill(children[victim], signal.SIGKILL)
            os.waitpid(children[victim], 0)
            children[victim] = sender()
            done += 1
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return done


if __name__ == "__main__":
    print(main(int(sys.argv[1]), int(sys.argv[2])))
