"""When an answer agrees with a golden. Nobody writes names alike, and no two tools.

Case and quotes do not count, and a longer path agrees with its end. A field of a struct agrees with the struct. Columns
without a name agree with each other. Nothing is its own parent, so such edges are left out on both sides, and so is
what a golden says to come from no table.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ingestion.parser.answers import End, Traced

QUOTES = str.maketrans("", "", '"`[]')
PLAIN = re.compile(r"[\w$#@*. -]+")

Name = tuple[str, ...]
Edge = tuple[Name, str, Name, str]


@dataclass
class Score:
    """Of many items: answers that are right, that are said, that should be; and how many items are right altogether."""

    right: int = 0
    said: int = 0
    due: int = 0
    exact: int = 0
    items: int = 0

    def add(self, said: Sequence[Any], due: Sequence[Any], agree: Callable[[Any, Any], bool]) -> bool:
        right = matched(said, due, agree)
        whole = right == len(said) == len(due)
        self.right += right
        self.said += len(said)
        self.due += len(due)
        self.exact += whole
        self.items += 1
        return whole

    def figures(self) -> dict[str, float]:
        return {
            "items": self.items,
            "precision": self.right / self.said if self.said else 1.0,
            "recall": self.right / self.due if self.due else 1.0,
            "exact": self.exact / self.items if self.items else 1.0,
        }


def matched(said: Sequence[Any], due: Sequence[Any], agree: Callable[[Any, Any], bool]) -> int:
    """How many pairs agree, each used once; equal ones first."""
    left = list(due)
    waiting = []
    for one in said:
        if one in left:
            left.remove(one)
        else:
            waiting.append(one)
    right = len(due) - len(left)
    for one in waiting:
        partner = next((other for other in left if agree(one, other)), None)
        if partner is not None:
            left.remove(partner)
            right += 1
    return right


def name(text: str) -> Name:
    return tuple(part for part in text.translate(QUOTES).lower().split(".") if part)


def agree(one: Name, other: Name) -> bool:
    """One of them is the end of the other."""
    length = min(len(one), len(other))
    return length > 0 and one[-length:] == other[-length:]


def tables(items: Iterable[Name], without: Iterable[Name]) -> list[Name]:
    unwanted = list(without)
    return [each for each in dict.fromkeys(items) if not any(agree(each, other) for other in unwanted)]


def tables_of(traced: Sequence[Traced], item: dict[str, Any]) -> list[tuple[str, Name]]:
    """What all statements read and write, as ("in" | "out", name); only what they read, if the golden says no more."""
    out = list(dict.fromkeys(name(".".join(each.target)) for each in traced if each.target))
    read = (name(".".join(path)) for each in traced for path in each.sources)
    return [("in", each) for each in tables(read, out)] + [("out", each) for each in out if "out" in item]


def tables_due(item: dict[str, Any]) -> list[tuple[str, Name]]:
    out = list(dict.fromkeys(name(each) for each in item.get("out") or ()))
    return [("in", each) for each in tables(map(name, item["in"]), out)] + [("out", each) for each in out]


def tables_agree(one: tuple[str, Name], other: tuple[str, Name]) -> bool:
    return one[0] == other[0] and agree(one[1], other[1])


def edges_of(traced: Sequence[Traced]) -> list[Edge]:
    edges = {
        (name(".".join(parent)), column.lower(), name(".".join(child or ())), target.lower())
        for each in traced
        for (parent, column), (child, target), _ in each.edges
        if parent
    }
    return sorted(edges)


def edges_due(item: dict[str, Any]) -> list[Edge]:
    edges = {
        (name(parent), plain(column), name(child or ""), plain(target))
        for (parent, column), (child, target) in item["columns"]
        if parent and not (child and agree(name(parent), name(child)))
    }
    return sorted(edges)


def plain(column: str) -> str:
    """A column's name; "" for an expression in the place of one."""
    text = column.translate(QUOTES).lower()
    return text if PLAIN.fullmatch(text) and " + " not in text else ""


def edges_agree(one: Edge, other: Edge) -> bool:
    """The second is the golden, which may leave the target out."""
    return (
        agree(one[0], other[0])
        and fields_agree(one[1], other[1])
        and (not other[2] or agree(one[2], other[2]))
        and fields_agree(one[3], other[3])
    )


def fields_agree(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")


def outputs_agree(traced: Sequence[Traced], item: dict[str, Any]) -> bool:
    """Whether the last statement gives the columns that the warehouse has. It may have been altered: in any order."""
    said = sorted(column.lower() for column in (traced[-1].output_columns if traced else ()))
    return said == sorted(column.lower() for column in item["out_columns"])


def is_stored(end: End, item: dict[str, Any]) -> bool:
    """Whether a column is one of the stored table's; True for tables that are not stored."""
    path, column = name(".".join(end[0] or ())), end[1].lower()
    stored = [columns for table, columns in item["schema"].items() if agree(name(table), path)]
    return not stored or any(column == each.lower() for columns in stored for each in columns)
