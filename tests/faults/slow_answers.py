"""Answers that take their time; a worker knows them by `--include=tests.faults.slow_answers`.

What is found and what is written are stand-ins, so that nothing but the queue decides what becomes of a question. With
ANSWERS_HANG naming a file, an attempt waits while it is there.
"""

import os
import random
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from accounts.models import Account
from assistant import evidence as finding
from assistant.drafts import Cited, Draft, Evidence
from assistant.writers import extract

LONGEST = 0.1  # seconds of a step


def gather(account: Account, question: str, *, before: Sequence[str] = (), now: datetime) -> Evidence:
    time.sleep(random.uniform(0, LONGEST))
    while (gate := os.environ.get("ANSWERS_HANG")) and Path(gate).exists():
        time.sleep(0.05)
    return Evidence(question=question, language="en", intent="find", score=0.8)


def write(evidence: Evidence, language: str = "", *, because: str = "") -> Draft:
    time.sleep(random.uniform(0, LONGEST))
    return Draft(markdown=evidence.question, cited=[Cited("table", uuid4(), "orders", "")], because=because)


finding.gather, extract.write = gather, write
