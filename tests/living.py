"""Everybody who does jobs, just seen."""

from datetime import datetime

from jobs import heartbeats, queues
from jobs.models import Heartbeat

Part = Heartbeat.Part


def everybody_lives(now: datetime) -> None:
    for part in (Part.BEAT, Part.SWEEP):
        heartbeats.beat(part, now=now)
    for queue in queues.expected():
        worker_lives(queue, now)


def worker_lives(queue: str, now: datetime, *, host: str = "mill") -> None:
    heartbeats.beat(Part.WORKER, name=f"{queue}@{host}", now=now)
