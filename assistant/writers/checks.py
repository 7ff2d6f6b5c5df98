"""What an answer of a language model must pass before it is stored, whatever it was told by what it read.

Its refs stood in results of this job, and their assets are still shown; it names nothing else; its text is parsed and
written anew from an allow-list of what Markdown has, in which links come from refs alone; it cites something, unless it
says that the catalog does not tell. Nothing here looks for bad words: what is not allowed is not there.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from accounts.models import Account
from assistant.drafts import MAX_ANSWER, Draft
from assistant.writers.escaping import ADDRESS, escaped, link, visible
from assistant.writers.refs import Handed, Refs
from catalog.models.assets import AssetKind
from catalog.queries.visibility import shown_rows

MAX_BLOCK = 4_000  # characters that are parsed
REF = re.compile(r"\[([A-Z]\d{1,3}(?:\s*,\s*[A-Z]\d{1,3})*)\]")  # [T1], [T1, C2]
LIKE_REF = re.compile(r"[TDGCF]\d{1,3}")
# Names as programs write them. Abbreviations of single letters (e.g., z.B.) and numbers are none.
DOTTED = re.compile(r"(?<![\w$-])[\w$][\w$-]*(?:\.[\w$-]*[\w$])+|\w*[^\W_]_\w*")
NO_NAME = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]|(?!\d{1,3}(?:\.\d{1,3}){3})v?[\d.,-]+\w?", re.IGNORECASE)
FULL_STOPS = str.maketrans(dict.fromkeys("。．｡․", "."))  # browsers take these for dots of a host

# All that Markdown has is looked for, so that nothing is taken for text that somebody else's parser takes for more.
PARSER = MarkdownIt("commonmark", {"html": True, "maxNesting": 10})
MARKS = {"strong_open": "**", "strong_close": "**", "em_open": "*", "em_close": "*"}
BEGINS = re.compile(r"^(?:\d+(?=[.)](?:\s|$))|(?=[-+]))")  # what a list begins with, up to its sign
BREAKS = {"softbreak", "hardbreak"}


class Miss(Exception):
    """The answer does not pass; `key` is of `prompts/misses.toml`, `what` the part of it that does not."""

    def __init__(self, key: str, what: str = "") -> None:
        super().__init__(key)
        self.key, self.what = key, what


@dataclass(slots=True)
class Block:
    """A paragraph or a list of an answer, and the refs that it relies on."""

    text: str
    refs: Sequence[str] = ()


def draft_of(blocks: Sequence[Block], *, enough: bool, refs: Refs, account: Account, question: str) -> Draft:
    """The answer as it may be stored. Raises Miss. Reads the assets that are cited, one query for each kind."""
    names = refs.names if enough else refs.names | spoken_names(question)
    answer = Answer(refs, names)
    parts = [answer.written(block) for block in blocks if block.text.strip()]
    markdown = "\n\n".join(parts)
    if not markdown:
        raise Miss("empty")
    if len(markdown) > MAX_ANSWER:
        raise Miss("too_long")
    if enough and not answer.cited:
        raise Miss("no_ref")
    if gone := first_gone(account, answer.cited.values()):
        raise Miss("gone_ref", gone.ref)
    cited = [handed.cited for handed in answer.cited.values()]
    return Draft(markdown=markdown, cited=cited, writer="model", enough=enough)


def spoken_names(question: str) -> set[str]:
    """Names that the asker used: an answer may say that it knows nothing of them."""
    return {word.lower() for word in re.findall(r"[\w.$-]+", plain(question))}


def first_gone(account: Account, cited: Iterable[Handed]) -> Handed | None:
    """One that is not shown any more: deleted or hidden since, or never of this account."""
    by_kind: dict[str, list[Handed]] = defaultdict(list)
    for handed in cited:
        by_kind[handed.kind].append(handed)
    for kind, of_kind in by_kind.items():
        rows = shown_rows(account, AssetKind(kind)).filter(pk__in=[one.id for one in of_kind])
        shown = set(rows.order_by().values_list("pk", flat=True))
        for one in of_kind:
            if one.id not in shown:
                return one
    return None


def plain(text: str) -> str:
    """The text in the letters that it is read as: no lookalikes of width, no invisible ones; lines stay."""
    lines = unicodedata.normalize("NFKC", text).splitlines()
    return "\n".join(" " * (len(line) - len(line.lstrip())) + visible(line).strip() for line in lines)


@dataclass(slots=True)
class Answer:
    """One answer while it is written anew; `cited` in its order."""

    refs: Refs
    names: set[str]
    cited: dict[str, Handed] = field(default_factory=dict)

    def written(self, block: Block) -> str:
        text = plain(block.text[: MAX_BLOCK + 1])
        if len(text) > MAX_BLOCK:
            raise Miss("too_long")
        if ADDRESS.search(text.translate(FULL_STOPS)):
            raise Miss("address")
        before = set(self.cited)
        environment: dict[str, object] = {}
        markdown = "\n".join(self.lines(iter(PARSER.parse(text, environment))))
        if environment.get("references"):
            raise Miss("forbidden", "a link")
        # What its text does not name, it relies on all the same.
        others = [handed for ref in block.refs if (handed := self.known(ref)).ref not in {*before, *self.cited}]
        beside = ", ".join(self.cite(handed) for handed in others)
        return f"{markdown} ({beside})" if beside and markdown else markdown

    def known(self, ref: str) -> Handed:
        handed = self.refs.get(ref)
        if handed is None:
            raise Miss("unknown_ref", ref[:20])
        return handed

    def cite(self, handed: Handed) -> str:
        self.cited.setdefault(handed.ref, handed)
        return link(handed.path, handed.url)

    # --- From tokens to Markdown: whatever is not named here is refused -------------------------------

    def lines(self, tokens: Iterator[Token], indent: str = "") -> Iterator[str]:
        """The lines of paragraphs and lists, until the token that closes what they are in."""
        is_first = True
        for token in tokens:
            if token.type.endswith("_close"):
                return
            if token.type in {"bullet_list_open", "ordered_list_open"}:
                yield from self.items(tokens, token, indent)
            elif token.type == "paragraph_open":
                inline = next(tokens)
                next(tokens)
                if not is_first:
                    yield ""
                yield indent + self.inline(inline.children or [])
            else:
                raise Miss("forbidden", said(token))
            is_first = False

    def items(self, tokens: Iterator[Token], opened: Token, indent: str) -> Iterator[str]:
        number = int(opened.attrs.get("start", 1)) if opened.type.startswith("ordered") else None
        for token in tokens:
            if token.type != "list_item_open":
                return
            sign = "- " if number is None else f"{number}. "
            inner = list(self.lines(tokens, indent + " " * len(sign)))
            yield indent + sign + (inner[0].lstrip() if inner else "")
            yield from inner[1:]
            number = None if number is None else number + 1

    def inline(self, tokens: Sequence[Token]) -> str:
        """One line. Text that stands together is read together: a name may be broken over tokens, and by marks."""
        self.check_names("".join(" " if token.type in BREAKS else token.content for token in tokens))
        written, words = [], ""
        for token in tokens:
            if token.type in {"text", "text_special"}:
                words += token.content
            elif token.type in BREAKS:
                words += " "
            else:
                written.append(self.text(words))
                words = ""
                written.append(self.mark(token))
        written.append(self.text(words))
        line = "".join(written).strip()
        return BEGINS.sub(r"\g<0>\\", line)

    def mark(self, token: Token) -> str:
        if token.type in MARKS:
            return MARKS[token.type]
        if token.type == "code_inline":
            return self.code(token.content)
        raise Miss("forbidden", said(token))

    def code(self, name: str) -> str:
        if (handed := self.refs.get(name)) and LIKE_REF.fullmatch(name.strip("[] ")):
            return self.cite(handed)
        if name.strip().lower() not in self.names:
            raise Miss("unknown_name", name[:80])
        return f"`{name.replace('`', '')}`"

    def text(self, words: str) -> str:
        """Words as letters, refs as links."""
        written, end = [], 0
        for found in REF.finditer(words):
            written.append(self.letters(words[end : found.start()]))
            written.append(", ".join(self.cite(self.known(ref)) for ref in found[1].split(",")))
            end = found.end()
        return "".join([*written, self.letters(words[end:])])

    def check_names(self, line: str) -> None:
        """Raises Miss for a name that no result had, or an address, in the letters of a line as it is read."""
        said = REF.sub(" ", line).translate(FULL_STOPS)
        if ADDRESS.search(said):
            raise Miss("address")
        for name in DOTTED.findall(said):
            if name.lower() not in self.names and not NO_NAME.fullmatch(name):
                raise Miss("unknown_name", name[:80])

    @staticmethod
    def letters(words: str) -> str:
        before, after = words[: len(words) - len(words.lstrip())], words[len(words.rstrip()) :]
        kept = escaped(words, longest=MAX_BLOCK)
        return f"{' ' if before else ''}{kept}{' ' if after and kept else ''}"


def said(token: Token) -> str:
    """What it is called: html_inline is HTML, fence a block of code."""
    name = token.type.removesuffix("_open").replace("_", " ")
    return {"html inline": "HTML", "html block": "HTML", "fence": "a block of code", "hr": "a line"}.get(name, name)
