"""What people asked and the catalog could not tell, by the words that it does not know; without who asked."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from accounts.models import Account
from assistant.models import Job
from catalog.index.words import words_of
from catalog.models import Synonym
from catalog.models.search import SearchPosting

MAX_JOBS = 2_000  # looked at, the latest
MAX_GAPS = 50
MAX_QUESTIONS = 5  # shown of each


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that was not answered well: `is_down` when its asker said so, `note` what they wrote then."""

    question: str
    at: datetime
    is_down: bool
    note: str


@dataclass(slots=True)
class Gap:
    """A word that the account has nowhere, and who asked with it; without a word: questions whose words are known."""

    word: str
    questions: list[Unanswered] = field(default_factory=list)  # the latest first, MAX_QUESTIONS at most
    count: int = 0


def gaps_of(account: Account) -> list[Gap]:
    """The words that were asked for most first; questions without such a word in the last one. Four queries.

    A word that was mended since, by a synonym or by a text that has it, is no gap any more.
    """
    asked = Job.objects.filter(account=account, state=Job.State.COMPLETED)
    poor = asked.filter(Q(enough=False) | Q(thumb=-1)).order_by("-created_at")
    jobs = list(poor.only("question", "created_at", "unknown", "thumb", "thumb_note")[:MAX_JOBS])
    known = known_of(account, {word for job in jobs for word in job.unknown})
    gaps: dict[str, Gap] = {}
    for job in jobs:
        missing = [word for word in job.unknown if word not in known]
        if missing or not job.unknown or job.thumb < 0:
            for word in missing or [""]:
                add(gaps.setdefault(word, Gap(word)), job)
    without = [gaps.pop("")] if "" in gaps else []
    return sorted(gaps.values(), key=lambda gap: -gap.count)[:MAX_GAPS] + without


def add(gap: Gap, job: Job) -> None:
    gap.count += 1
    if len(gap.questions) < MAX_QUESTIONS:
        gap.questions.append(Unanswered(job.question, job.created_at, job.thumb < 0, job.thumb_note))


def known_of(account: Account, words: Iterable[str]) -> set[str]:
    """Those of the words that the account knows by now: some text has them, or a synonym that some text has."""
    stems = {word: frozenset(words_of(word)) for word in words}
    same: dict[frozenset[str], list[frozenset[str]]] = defaultdict(list)
    for pair in Synonym.objects.visible_to(account).values_list("word", "other"):
        one, other = (frozenset(words_of(side)) for side in pair)
        same[one].append(other)
        same[other].append(one)
    wanted = {stem for of_word in [*stems.values(), *same] for stem in of_word}
    postings = SearchPosting.objects.filter(account=account, word__in=wanted)
    found = set(postings.values_list("word", flat=True).distinct())
    return {word for word, asked in stems.items() if asked & found or any(one <= found for one in same[asked])}
