"""A job that sleeps until it is woken; a worker knows it by `--include=tests.faults.sleeping`."""

import time
from pathlib import Path

from celery import shared_task

SECONDS = 90  # at the most


@shared_task(ignore_result=True)
def sleep(folder: str) -> None:
    Path(folder, "asleep").touch()
    end = time.monotonic() + SECONDS
    while not Path(folder, "woken").exists() and time.monotonic() < end:
        time.sleep(0.05)
    Path(folder, "awake").touch()
