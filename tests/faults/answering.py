"""Workers that are killed: forks some, kills one at random again and again, and goes on until no question waits.

Run as `python -m tests.faults.answering WORKERS KILLS FILE`; prints the number of kills. FILE gets a line for each job
that a worker completed.
"""

import os
import random
import signal
import sys
import time
from typing import Any

import django

django.setup()

from django.db import connections  # noqa: E402  # Django has to be set up first
from django.utils import timezone  # noqa: E402

from assistant import answering  # noqa: E402
from assistant.models import Job  # noqa: E402
from tests.faults import slow_answers  # noqa: E402, F401  # they stand in for the real ones

SEED = 20261128


def worker(file: str) -> int:
    """The child's process id; the child answers until it is killed."""
    connections.close_all()
    if child := os.fork():
        return child
    random.seed(os.getpid())
    store = answering.store

    def store_and_note(job: Job, *given: Any, **more: Any) -> None:
        store(job, *given, **more)
        with open(file, "a") as lines:  # noqa: PTH123  # appended in one write
            lines.write(f"{job.pk}\n")

    answering.store = store_and_note
    try:
        while True:
            answering.answer_questions(timezone.now())
            time.sleep(0.02)
    finally:
        os._exit(1)


def main(workers: int, kills: int, file: str) -> int:
    """How many were killed while questions were waiting."""
    chance, done = random.Random(SEED), 0
    children = [worker(file) for _ in range(workers)]
    while Job.objects.unfinished().exists():
        time.sleep(chance.uniform(0.02, 0.15))
        if done < kills:
            victim = chance.randrange(workers)
            os.kill(children[victim], signal.SIGKILL)
            os.waitpid(children[victim], 0)
            children[victim] = worker(file)
            done += 1
    for child in children:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    return done


if __name__ == "__main__":
    print(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
