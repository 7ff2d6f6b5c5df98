"""What passes between the parts of an answer: the evidence that was found, and the draft that a writer makes of it.

Plain data without Django: the same for a writer with a model and for one without.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from uuid import UUID

MAX_QUOTE = 300  # characters of a text that is cited
MAX_ANSWER = 4_000  # characters of Markdown
MAX_CANDIDATES = 12  # assets of the evidence
MAX_COLUMNS = 15  # of each of them
ENOUGH = 0.5  # evidence below which the answer says that the catalog does not tell
NAMELESS = "somebody without a name"  # among owners: Catalog knows no more of them than an e-mail address


@dataclass(frozen=True, slots=True)
class Cited:
    """An asset that an answer names, as it was then. `place` is what it lies in: marts.finance.

    `quote` is the part of the text `field` that the answer shows, letter by letter as stored, MAX_QUOTE characters
    at most: while it is still in that text, the answer stands. Both may be empty.
    """

    kind: str  # an AssetKind: table, dashboard, term, column
    id: UUID
    name: str
    place: str
    quote: str = ""
    field: str = ""  # the column of the asset's row: description_raw, external_description

    @property
    def digest(self) -> str:
        """The SHA-256 of the quote, in hexadecimal digits; empty without a quote."""
        return sha256(self.quote.encode()).hexdigest() if self.quote else ""


@dataclass(frozen=True, slots=True)
class ColumnFact:
    """A column of a table, or a field of a dashboard. `personal`: marked as holding data of people.

    `asked`: the question names this column, rather than its table.
    """

    id: UUID
    name: str
    text: str
    personal: bool = False
    asked: bool = False


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An asset one step up or down the lineage, or one that is pinned to another."""

    kind: str
    id: UUID
    path: str
    url: str = ""  # the absolute address of its page on this site


@dataclass(slots=True, kw_only=True)
class Candidate:
    """An asset of the evidence, with what is known of it. Names and texts are as people wrote them: escape them.

    `url` is the absolute address of its page on this site; everything else comes from its rows. No e-mail address and
    no literal of a query is in here.
    """

    kind: str  # table, dashboard, term, column
    id: UUID
    name: str
    place: str  # what it lies in, without its name
    path: str  # place and name in one line
    url: str
    score: float  # of the search, out of about 1.3
    texts: list[tuple[str, str]] = field(default_factory=list)  # (field, text): what people wrote first
    tags: list[str] = field(default_factory=list)
    owners: list[str] = field(default_factory=list)  # names of people and teams
    verified: bool = False
    verified_by: str = ""  # a name, empty when nobody is known
    deprecated: bool = False
    popularity: float | None = None
    columns: list[ColumnFact] = field(default_factory=list)  # those that fit the question best, MAX_COLUMNS at most
    column_count: int = 0  # of all that it has
    parents: list[Neighbour] = field(default_factory=list)  # one step up, the most popular first
    children: list[Neighbour] = field(default_factory=list)  # one step down
    more_parents: int = 0  # that are not listed
    more_children: int = 0
    queries: list[str] = field(default_factory=list)  # SQL without its literals, the most used first
    pinned: list[Neighbour] = field(default_factory=list)
    freshness: datetime | None = None  # when the source last changed its data
    quality: list[tuple[str, str]] = field(default_factory=list)  # (name of a check, its result)


@dataclass(frozen=True, slots=True)
class Count:
    """An exact number from rows, for a question that asks how many: tables of marts.finance, terms with a tag."""

    what: str  # an AssetKind: table, dashboard, term, column
    number: int
    of: str = ""  # the path of what they are of; empty: of the whole account


@dataclass(slots=True, kw_only=True)
class Evidence:
    """What was found for one question. `candidates` are MAX_CANDIDATES at most, the best first."""

    question: str
    language: str  # en, fr, de
    intent: str  # one of `intents.Intent`
    score: float  # 0 to 1: how much of the question one of the best assets covers
    unknown: list[str] = field(default_factory=list)  # words of the question that the account has nowhere
    asked: Sequence[frozenset[str]] = ()  # for each word asked, the stems in an index that stand for it
    candidates: list[Candidate] = field(default_factory=list)
    terms: list[Candidate] = field(default_factory=list)  # those among the candidates
    counts: list[Count] = field(default_factory=list)
    listed: str = ""  # of a question for a list, the property of all candidates; `counts` says how many have it

    @property
    def is_enough(self) -> bool:
        return (self.score >= ENOUGH and bool(self.candidates)) or bool(self.counts)


@dataclass(slots=True, kw_only=True)
class Draft:
    """An answer before it is stored. Links in `markdown` are absolute addresses of this site already."""

    markdown: str  # MAX_ANSWER characters at most
    cited: list[Cited] = field(default_factory=list)  # each asset once, in the order of the answer
    writer: str = "extract"  # or model
    enough: bool = True  # False: the catalog does not tell
    because: str = ""  # why `extract` answers where a model was to, for a reader; empty otherwise
