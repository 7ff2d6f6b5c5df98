"""The real writer, which fails at some questions; a worker knows it by `--include=tests.faults.failing_answers`."""

from typing import Any

from assistant import evidence as finding
from assistant.drafts import Evidence

FAILS = "ptarmigan"  # a question with this word fails, with an error that quotes it
gather = finding.gather


def gather_or_fail(account: Any, question: str, **more: Any) -> Evidence:
    if FAILS in question:
        raise ValueError(f"Nobody can answer {question}")
    return gather(account, question, **more)


finding.gather = gather_or_fail
