"""How a call waits for jobs of the assistant: before it is executed, with no transaction open.

At most half of a process's threads wait at once, so that pages and other calls always find one; who comes then is
answered at once, as it would be after the wait.
"""

import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from accounts.models import Account
from assistant.results import any_unfinished
from catalog.ids import known_uuid

INTERVAL = 0.25  # seconds between two looks
places = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 2))


def wait_for_jobs(account: Account, asked: Iterable[Mapping[str, Any]]) -> bool:
    """Wait until none of these jobs can end within its `delay_seconds` any more; whether the call waited at all.

    Once a call, whatever the number of its fields: the longest delay is the longest wait.
    """
    delays = delays_of(asked)
    if not delays or not any_unfinished(account, delays, now=timezone.now()):
        return False
    if not places.acquire(blocking=False):
        return False
    try:
        wait(account, delays)
    finally:
        places.release()
    return True


def delays_of(asked: Iterable[Mapping[str, Any]]) -> dict[UUID, int]:
    """Seconds by job, the longest of each; without what is no id, and what is not to be waited for."""
    delays: dict[UUID, int] = {}
    for data in asked:
        job, seconds = known_uuid(data["id"]), data.get("delay_seconds") or 0
        if job and seconds:
            delays[job] = max(seconds, delays.get(job, 0))
    return delays


def wait(account: Account, delays: Mapping[UUID, int]) -> None:
    """Look again and again, each time by a read that commits by itself."""
    begun = time.monotonic()
    while True:
        passed = time.monotonic() - begun
        left = {job: seconds - passed for job, seconds in delays.items() if seconds > passed}
        if not left or not any_unfinished(account, left, now=timezone.now()):
            return
        time.sleep(min(INTERVAL, max(left.values())))
