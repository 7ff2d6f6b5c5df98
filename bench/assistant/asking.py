"""Questions asked of one search or of several in turn: what each finds of what is right, and how long it takes."""

import random
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Account
from bench.assistant.corpus import Question
from catalog.queries.search import Hits, find

EVERY = 4  # question is put to all searches, the others to ours alone
OURS = "ours"  # the product's own search
LEAST_EVIDENCE = 0.5  # below it an answer says that the catalog does not tell

clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
Search = Callable[[Question], Sequence[str]]  # ids of the corpus, the best first


@dataclass(slots=True)
class Tally:
    """What one search made of some questions."""

    at_5: list[float] = field(default_factory=list)
    at_10: list[float] = field(default_factory=list)
    ranks: list[float] = field(default_factory=list)  # reciprocal
    times: list[float] = field(default_factory=list)  # milliseconds

    def add(self, question: Question, found: Sequence[str]) -> None:
        if question.gold:
            self.at_5.append(question.share(found[:5]))
            self.at_10.append(question.share(found[:10]))
            self.ranks.append(question.reciprocal_rank(found))

    def cells(self) -> str:
        means = [f"{statistics.mean(values):.3f}" for values in (self.at_5, self.at_10, self.ranks) if values]
        return " | ".join([str(len(self.at_10)), *(means or ["", "", ""])])

    @property
    def p50(self) -> float:
        return statistics.median(self.times)

    @property
    def p95(self) -> float:
        return statistics.quantiles(self.times, n=20)[18] if len(self.times) > 1 else self.times[0]


@dataclass(slots=True)
class Asked:
    """What came of all questions: ours by set and kind, and by search what was asked of all."""

    ours: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    searches: dict[str, Tally] = field(default_factory=dict)
    answered: list[bool] = field(default_factory=list)
    refused: list[bool] = field(default_factory=list)
    queries: int = 0  # of the question that needs most

    def of(self, *groups: str) -> Tally:
        """All questions of these sets."""
        whole = Tally()
        for (group, _), tally in self.ours.items():
            if group in groups:
                for name in ("at_5", "at_10", "ranks"):
                    getattr(whole, name).extend(getattr(tally, name))
        return whole

    @property
    def groups(self) -> list[str]:
        return list(dict.fromkeys(group for group, _ in sorted(self.ours)))

    def judge(self, question: Question, hits: Hits) -> None:
        """Whether a question that something answers would be answered, and one that nothing does, refused."""
        if not question.gold:
            self.refused.append(hits.evidence < LEAST_EVIDENCE)
        elif question.any_will_do:
            self.answered.append(hits.evidence >= LEAST_EVIDENCE)


def ask(
    account: Account, names: Mapping[UUID, str], questions: Sequence[Question], searches: Mapping[str, Search]
) -> Asked:
    """Ask them all; those that go to all searches in random order, each time."""
    asked = Asked()
    seen: dict[str, Hits] = {}

    def ours(question: Question) -> Sequence[str]:
        hits = seen["hits"] = find(account, question.text)
        return [names.get(hit.id, "") for hit in hits.items]

    everybody = {OURS: ours, **searches}
    for name, search in everybody.items():
        search(questions[0])  # warms up
        asked.searches[name] = Tally()
    for number, question in enumerate(questions):
        mine = list(everybody) if number % EVERY == 0 else [OURS]
        for name in random.sample(mine, len(mine)):
            began = clock()
            found = everybody[name](question)
            spent = 1000 * (clock() - began)
            if len(mine) > 1 or not searches:
                asked.searches[name].add(question, found)
                asked.searches[name].times.append(spent)
            if name == OURS:
                asked.ours[question.group, question.kind].add(question, found)
                asked.judge(question, seen["hits"])
    asked.queries = max(counted(account, questions[::EVERY]))
    return asked


def counted(account: Account, questions: Iterable[Question]) -> Iterator[int]:
    """How many queries each takes."""
    for question in questions:
        with CaptureQueriesContext(connection) as captured:
            find(account, question.text)
        yield len(captured)
