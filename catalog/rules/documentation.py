"""Rules for documentation as callers send it: Markdown, from which images are taken out.

Images are those of CommonMark 0.31, 6.4 (images) and 4.7 (link reference definitions), and raw <img>. A block of code
that is only indented is read as text. Possessive repeats keep the time linear (decision 0021).
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import partial
from typing import Required, TypedDict

from catalog.errors import InvalidInput
from catalog.models.rows import TEXT_LENGTH
from catalog.rules.batches import Check, check_updates
from catalog.rules.values import check_given, check_optional, check_required

MAX_MARKDOWN_LENGTH = 30_000  # characters, with images


class Documentation(TypedDict, total=False):
    """Of a table, of a dashboard or of a term."""

    id: Required[str]
    description_markdown: Required[str]
    is_description_generated: bool | None  # None is as good as absent, and says that somebody wrote it


def check_markdown(field: str, text: str | None) -> None:
    """InvalidInput for null, or for a text that is too long with its images. An empty one removes the documentation."""
    check_given(field, text)
    check_optional(field, text, MAX_MARKDOWN_LENGTH)


def check_revision(field: str, text: str | None) -> None:
    """The same of a text whose writer has read the one before: as long as any text may be, and not blank."""
    if text != "":
        check_required(field, text, TEXT_LENGTH)


CHECKS: dict[str, Check] = {"description_markdown": check_markdown}
REVISION: dict[str, Check] = {"description_markdown": check_revision}
ADDITION: dict[str, Check] = {"description_markdown": partial(check_required, longest=TEXT_LENGTH)}


def check_documentation(rows: Sequence[Documentation]) -> None:
    check_updates(rows, Documentation, CHECKS)


def check_revisions(rows: Sequence[Documentation]) -> None:
    """Of texts for assets whose texts were read before."""
    check_updates(rows, Documentation, REVISION)


def check_additions(rows: Sequence[Documentation]) -> None:
    """Of texts that are put below others: not empty."""
    check_updates(rows, Documentation, ADDITION)


def below(stored: str | None, text: str) -> str:
    """Both texts, a blank line between them. InvalidInput when they are too long together."""
    together = f"{stored}\n\n{text}" if stored else text
    check_optional("The text, with the one that it is put below,", together, TEXT_LENGTH)
    return together


def something_left(markdown: str) -> str:
    """The text without its images. InvalidInput when it was nothing else."""
    text = without_images(markdown)
    if markdown and not text.strip():
        raise InvalidInput("There is no text beside the images, which are not kept.")
    return text


BREAK = r"\n(?![ \t\r>]*\n)"  # the end of a line, but not of a paragraph
BEFORE = r"^[ \t>]*+(?:(?:[-*+]|\d{1,9}[.)])[ \t>]++)*+"  # what a line of a list or of a quotation begins with
TEXT = rf"(?:[^\[\]\\\n]|{BREAK}|\\.)"  # one character of a label
LABEL = rf"(?:{TEXT}|\[{TEXT}*+\])*+"
PATH = r"(?:[^\s()\\]|\\.)"

PARTS = re.compile(
    rf"""
    # Code, and what follows a backslash, is no image.
    (?P<kept>
        {BEFORE}(?P<fence>`{{3,}}+(?![^\n]*`)|~{{3,}}+)[^\n]*+  # a fenced block, which may end with the text
        (?s:.*?) (?: ^[ \t>]*+(?P=fence)[`~]*[ \t\r]*$ | \Z )
      | (?P<ticks>`++)  # a span, if they come again
      | \\[\s\S]
    )
    # ![text](target "title"), <img …>
  | (?P<image>
        !\[{LABEL}\]\(
        \s*+ (?: <(?:[^<>\\\n]|\\.)*+> | (?!<)(?:{PATH}|\({PATH}*+\))*+ )
        (?: \s++ (?: "(?:[^"\\]|\\.)*+" | '(?:[^'\\]|\\.)*+' | \((?:[^()\\]|\\.)*+\) ) )?+
        \s*+ \)
      | <(?i:img)(?=[\s/>]) (?: [^"'<>] | "[^"]*+" | '[^']*+' )*+ >
    )
    # ![text][label], ![label][], ![label]
  | !\[(?P<text>{LABEL})\](?:\[(?P<label>{TEXT}*+)\])?
    """,
    re.MULTILINE | re.VERBOSE,
)
TICKS = re.compile("`++")
BETWEEN = re.compile(r"\n(?=[ \t\r>]*+\n)")  # paragraphs
DEFINITION = re.compile(rf"{BEFORE}\[(?P<label>{TEXT}++)\]:[ \t]*+\n?[ \t]*+\S", re.MULTILINE)


def without_images(text: str) -> str:
    """The text without its images; all else, definitions of references among it, is as it was."""
    labels = {same_label(definition["label"]) for definition in DEFINITION.finditer(text)}
    spans = Spans(text)
    pieces, start = [], 0
    while part := PARTS.search(text, start):
        pieces.append(text[start : part.start()])
        start = part.end()
        if part["kept"]:
            start = spans.end(part) if part["ticks"] else start
            pieces.append(text[part.start() : start])
        elif not part["image"] and same_label(part["label"] or part["text"]) not in labels:
            pieces.append("![")  # nothing has that label, so it is text, which may hold an image
            start = part.start() + 2
    return "".join(pieces) + text[start:]


class Spans:
    """Where spans of code end, found in one pass: a search from each backtick would be quadratic."""

    def __init__(self, text: str) -> None:
        self.breaks = [paragraph.start() for paragraph in BETWEEN.finditer(text)]
        self.runs: dict[int, list[int]] = {}  # by their length, where runs of backticks begin
        for run in TICKS.finditer(text):
            self.runs.setdefault(len(run[0]), []).append(run.start())

    def end(self, opening: re.Match[str]) -> int:
        """The end of the span that these backticks open: as many end it in the same paragraph, else it is none."""
        length, inside = len(opening["ticks"]), opening.end()
        runs = self.runs.get(length, [])
        place, paragraph = bisect_left(runs, inside), bisect_left(self.breaks, inside)
        if place == len(runs) or (paragraph < len(self.breaks) and self.breaks[paragraph] < runs[place]):
            return inside
        return runs[place] + length


def same_label(label: str) -> str:
    """The label as CommonMark compares it: capitals and the width of blanks do not count."""
    return " ".join(label.casefold().split())
