"""How much of known lineage the parser finds, how much it makes up, and what it costs beside parsing alone.

    python3 dev.py bench lineage [FOLDER] [--short]

FOLDER has files of JSON lines (`bench/lineage/corpus.py` says how they look); without one, the sample beside this
file. Tables and columns are compared as `bench/lineage/comparing.py` says; P and R are of all edges of all items, exact
is the part of the items of which all is right. Each is also measured with the dialect found by trying, and without
stored columns. Seconds are of the processor. Ends with all figures as one line of JSON.

Exits 1 below the bars; --short measures once and breaks none.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError

from bench.lineage.comparing import (
    Score,
    edges_agree,
    edges_due,
    edges_of,
    is_stored,
    outputs_agree,
    tables_agree,
    tables_due,
    tables_of,
)
from bench.lineage.corpus import Item, read_items, traced
from ingestion.parser.__main__ import FRAMES

SAMPLE = Path(__file__).parent / "sample"
# At least: of all items with tables, of those of dbt, with columns, with the columns that a warehouse has.
BARS = {
    "tables": {"precision": 0.985, "recall": 0.985, "exact": 0.97},
    "tables, dbt": {"exact": 0.99},
    "columns": {"precision": 0.99, "recall": 0.95, "exact": 0.93},
    "output columns": {"exact": 0.96},
}
PARSING = 4  # at most: our time ÷ that of parsing alone

Scores = dict[str, Score]


@dataclass
class Measured:
    """Scores by what was compared, and by dialect; edges to columns that are not stored."""

    by_kind: Scores = field(default_factory=lambda: defaultdict(Score))
    by_dialect: Scores = field(default_factory=lambda: defaultdict(Score))
    edges: int = 0
    not_stored: int = 0


def main() -> int:
    options = arguments()
    sys.setrecursionlimit(FRAMES)
    files = read_items(options.folder)
    items = [item for its in files.values() for item in its]
    measured = measure(files)
    variants = {} if options.short else {"dialect tried": {"guess": True}, "nothing stored": {"stored": False}}
    others = {name: measure(files, **how) for name, how in variants.items()}
    ours, parsing = seconds(items, rounds=1 if options.short else 3)
    tell(measured, others)
    print(f"\n{len(items):,} items: {ours:.2f} s, parsing alone {parsing:.2f} s, ratio {ours / parsing:.2f}")
    print(f"{measured.edges:,} edges where all columns are known, {measured.not_stored} to columns that are not stored")
    said = {kind: score.figures() for kind, score in measured.by_kind.items()}
    kept = told_bars(said, measured.not_stored, ours / parsing)
    print(json.dumps(said | {"not stored": measured.not_stored, "ratio": ours / parsing, "kept": kept}))
    return 0 if kept or options.short else 1


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", default=SAMPLE, metavar="FOLDER", help="default: the sample")
    parser.add_argument("--short", action="store_true", help="once, without variants; breaks no bar")
    return parser.parse_args()


def measure(files: Mapping[str, Iterable[Item]], *, stored: bool = True, guess: bool = False) -> Measured:
    measured = Measured()
    for name, items in files.items():
        for item in items:
            compare(item, name, measured, stored=stored, guess=guess)
    return measured


def compare(item: Item, file: str, measured: Measured, *, stored: bool, guess: bool) -> None:
    """Add an item to the scores."""
    said, dialect = traced(item, stored=stored, guess=guess), item["dialect"] or "ansi"
    if "in" in item:
        tables = tables_of(said, item), tables_due(item), tables_agree
        for score in (measured.by_kind["tables"], measured.by_kind[f"tables, {file}"], measured.by_dialect[dialect]):
            score.add(*tables)
    if item.get("columns") is not None:
        measured.by_kind["columns"].add(edges_of(said), edges_due(item), edges_agree)
    if "out_columns" in item:
        score = measured.by_kind["output columns"]
        score.items += 1
        score.exact += outputs_agree(said, item)
        for each in said:
            measured.edges += len(each.edges)
            measured.not_stored += sum(not is_stored(parent, item) for parent, _, _ in each.edges)


def seconds(items: Iterable[Item], *, rounds: int) -> tuple[float, float]:
    """Of the processor, for all items: ours, and parsing alone. The best of so many rounds."""
    ours, parsing = [], []
    for _ in range(rounds):
        ours.append(sum(timed(partial(traced, item)) for item in items))
        parsing.append(sum(timed(partial(parsed, item)) for item in items))
    return min(ours), min(parsing)


def timed(do: Callable[[], object]) -> float:
    began = time.process_time()
    do()
    return time.process_time() - began


def parsed(item: Item) -> None:
    try:
        Dialect.get_or_raise(item["dialect"]).parse(item["sql"])
    except SqlglotError:
        return


def tell(measured: Measured, others: Mapping[str, Measured]) -> None:
    print("| what | items | P | R | exact |")
    print("|---|---|---|---|---|")
    for kind, score in measured.by_kind.items():
        row(kind, score)
    for variant, other in others.items():
        for kind in ("tables", "columns", "output columns"):
            if kind in other.by_kind:
                row(f"{kind}, {variant}", other.by_kind[kind])
    print("\n| tables by dialect | items | P | R | exact |")
    print("|---|---|---|---|---|")
    for dialect, score in sorted(measured.by_dialect.items()):
        row(dialect, score)


def row(name: str, score: Score) -> None:
    figures = score.figures()
    shown = "" if not score.due else f"{figures['precision']:.3f} | {figures['recall']:.3f}"
    print(f"| {name} | {score.items:,} | {shown or ' | '} | {figures['exact']:.3f} |")


def told_bars(said: Mapping[str, Mapping[str, float]], not_stored: int, ratio: float) -> bool:
    """Say what is below its bar; True when nothing is. Bars of what a folder has nothing of are kept."""
    broken = [
        f"{kind}: {figure} {said[kind][figure]:.3f}, {bar} at least"
        for kind, bars in BARS.items()
        for figure, bar in bars.items()
        if kind in said and said[kind][figure] < bar
    ]
    broken += [f"{not_stored} edges to columns that are not stored, 0 at most"] if not_stored else []
    broken += [f"time ÷ parsing alone {ratio:.2f}, {PARSING} at most"] if ratio > PARSING else []
    print("\nBars: " + ("kept" if not broken else "BROKEN: " + "; ".join(broken)))
    return not broken


if __name__ == "__main__":
    sys.exit(main())
