"""A dbt manifest, versions 1 to 12 and later ones: its tables and tests, one after the other.

Only the keys named here are read, and whatever else a version has is passed over: dbt adds keys without a new version
(schemas.getdbt.com/dbt/manifest).
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from ingestion.errors import Unusable
from ingestion.kinds import SQL_LENGTH, TEXT_LENGTH, Column, Type
from ingestion.reading.cells import CellReader, cell_reader
from ingestion.reading.issues import IssueLog, Problem, Word
from ingestion.reading.json_files import PLAIN, Shape, members

LATEST = 12  # version that is known here
TABLES = ("model", "seed", "snapshot", "source")  # resource types that are tables of a warehouse

COLUMN: Shape = {"name": PLAIN, "description": PLAIN, "tags": PLAIN, "config": {"tags": PLAIN}}
NODE: Shape = {
    **dict.fromkeys(("resource_type", "name", "alias", "identifier", "database", "schema", "relation_name"), PLAIN),
    **dict.fromkeys(("description", "tags", "language", "compiled_code", "compiled_sql"), PLAIN),
    **dict.fromkeys(("column_name", "attached_node"), PLAIN),
    "columns": {"*": COLUMN},
    "config": {"materialized": PLAIN, "tags": PLAIN},
    "depends_on": {"nodes": PLAIN},
    "test_metadata": {"kwargs": {"column_name": PLAIN, "model": PLAIN}},
}
WANTED: Shape = {"metadata": PLAIN, "nodes": NODE, "sources": NODE}

ARTIFACT = re.compile(r"/dbt/([\w-]+)/v(\d+)")
TESTED = re.compile(r"""\b(?:ref|source)\(\s*(?:['"][^'"]*['"]\s*,\s*)?['"]([^'"]+)['"]""")  # the name of the table
NAME_PART = re.compile(r"""\s*(?:"((?:[^"]|"")*)"|`([^`]*)`|\[([^\]]*)\]|([^."`\[\]\s]+))\s*(?:\.|\Z)""")


@dataclass(frozen=True, slots=True)
class NodeColumn:
    """A column of a node; texts that are not there are None."""

    name: str
    description: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """A model, seed, snapshot or source.

    `relation` is its name in the warehouse taken apart, empty for an ephemeral model; `place` is database, schema and
    alias as far as they are said. `parents` are unique ids, of anything. `sql` is the compiled text, None without one.
    """

    row: int
    unique_id: str
    type: str
    relation: tuple[str, ...]
    place: tuple[str, ...]
    is_ephemeral: bool
    description: str | None
    tags: tuple[str, ...]
    columns: tuple[NodeColumn, ...]
    parents: tuple[str, ...]
    sql: str | None


@dataclass(frozen=True, slots=True)
class NodeTest:
    """A test: of the node with the unique id `tested` (None: it does not say), and of a column of it, or of all."""

    row: int
    unique_id: str
    name: str
    tested: str | None
    column: str | None
    description: str | None


class Manifest:
    """The nodes and tests of a file; iterate once, and look at `project`, `version` and `notes` afterwards."""

    def __init__(self, file: BinaryIO, *, name: str, log: IssueLog) -> None:
        self.name = name
        self.project = ""
        self.version: int | None = None
        self.notes: list[str] = []
        self._file, self._log = file, log
        self._problems: list[Problem] = []
        self._name = cell_reader(Column("name"), self._problems)
        self._label = cell_reader(Column("tags", length=200), self._problems)
        self._text = cell_reader(Column("description", type=Type.TEXT, length=TEXT_LENGTH), self._problems)
        self._sql = cell_reader(Column("compiled_code", type=Type.SQL, length=SQL_LENGTH), self._problems)

    def __iter__(self) -> Iterator[Node | NodeTest]:
        """Raises Unusable for what is no manifest, also after the first nodes."""
        seen = False
        row = 0
        for section, key, value in members(self._file, WANTED):
            if section == "metadata":
                self._note(key, value)
                continue
            if not isinstance(key, str):
                raise Unusable(f"This is no dbt manifest: {section} must be an object, by unique id.")
            seen = True
            row += 1
            if node := self._node(row, key, value):
                yield node
        if not seen and self.version is None:
            raise Unusable("This is no dbt manifest: it has neither nodes nor sources. dbt writes one to target/.")

    def _note(self, key: str | int | None, value: object) -> None:
        if key == "project_name":
            self.project = str(value or "")
        artifact = ARTIFACT.search(str(value)) if key == "dbt_schema_version" else None
        if artifact is None:
            return
        if artifact[1] != "manifest":
            raise Unusable(f"This is no dbt manifest, but dbt's {artifact[1].replace('-', '_')}.json.")
        self.version = int(artifact[2])
        if self.version > LATEST:
            self.notes.append(
                f"The manifest has version {self.version}, which is newer than this Catalog: what is known was read."
            )

    def _node(self, row: int, unique_id: str, value: Any) -> Node | NodeTest | None:
        """What that member is; None for what is neither a table nor a test, and for what cannot be read."""
        found: Node | NodeTest | None = None
        if not isinstance(value, dict):
            sentence = "A node must be an object: let dbt write the manifest again."
            self._problems.append(Problem(Word.WRONG_DATATYPE, "", unique_id, sentence, loads=False))
        elif value.get("resource_type") in TABLES:
            found = self._table(row, unique_id, value)
        elif value.get("resource_type") == "test":
            found = self._test(row, unique_id, value)
        loads = all(problem.loads for problem in self._problems)
        for problem in self._problems:
            self._log.add(problem, file=self.name, row=row)
        self._problems.clear()
        return found if loads else None

    def _table(self, row: int, unique_id: str, value: dict[str, Any]) -> Node:
        config = mapping(value.get("config"))
        alias = value.get("alias") or value.get("identifier") or value.get("name")
        place = [self._read(self._name, name) for name in (value.get("database"), value.get("schema"), alias)]
        compiled = value.get("compiled_code") or value.get("compiled_sql")  # the latter until version 6
        return Node(
            row,
            unique_id,
            type=value["resource_type"],
            relation=name_parts(value.get("relation_name")),
            place=tuple(filter(None, place)),
            is_ephemeral=config.get("materialized") == "ephemeral",
            description=self._read(self._text, value.get("description")),
            tags=self._tags(value),
            columns=tuple(self._columns(mapping(value.get("columns")))),
            parents=texts(mapping(value.get("depends_on")).get("nodes")),
            sql=self._read(self._sql, compiled) if value.get("language", "sql") == "sql" else None,
        )

    def _columns(self, columns: dict[str, Any]) -> Iterator[NodeColumn]:
        for key, column in columns.items():
            said = mapping(column)
            if name := self._read(self._name, said.get("name") or key):
                yield NodeColumn(name, self._read(self._text, said.get("description")), self._tags(said))

    def _tags(self, value: dict[str, Any]) -> tuple[str, ...]:
        """Those of the node and of its configuration, each once."""
        tags = texts(value.get("tags")) + texts(mapping(value.get("config")).get("tags"))
        if not tags:  # as of most columns
            return ()
        return tuple(dict.fromkeys(filter(None, (self._read(self._label, tag) for tag in tags))))

    def _test(self, row: int, unique_id: str, value: dict[str, Any]) -> NodeTest:
        arguments = mapping(mapping(value.get("test_metadata")).get("kwargs"))
        parents = texts(mapping(value.get("depends_on")).get("nodes"))
        attached = value.get("attached_node")
        return NodeTest(
            row,
            unique_id,
            name=self._read(self._name, value.get("name")) or unique_id,
            tested=attached if isinstance(attached, str) else node_of_test(parents, arguments.get("model")),
            column=self._read(self._name, value.get("column_name") or arguments.get("column_name")),
            description=self._read(self._text, value.get("description")),
        )

    def _read(self, read: CellReader, value: object) -> str | None:
        """The text within the limits; None for what is no text."""
        text = read(value) if isinstance(value, str) else None
        return text if isinstance(text, str) else None


def node_of_test(parents: Sequence[str], model: object) -> str | None:
    """Which of the nodes that a test depends on is the one it tests: what its argument `model` says, else the last.

    A test of a relation names the other table first.
    """
    found = TESTED.search(model) if isinstance(model, str) else None
    named = [parent for parent in parents if found and found[1] in parent.split(".")[2:]]
    return next(reversed(named or parents), None)


def name_parts(name: object) -> tuple[str, ...]:
    """A relation's name taken apart: `"a"."b.c"`, `[a].[b]`, `a.b`, BigQuery's `` `a.b.c` ``; empty if it is none."""
    if not isinstance(name, str):
        return ()
    parts, place = [], 0
    while found := NAME_PART.match(name, place):
        parts.append((found[1] or found[2] or found[3] or found[4] or "").replace('""', '"'))
        place = found.end()
    if place < len(name):
        return ()
    return tuple(parts[0].split(".")) if len(parts) == 1 and name.startswith("`") else tuple(parts)


def true_parents(node: str, parents: Mapping[str, Sequence[str]], ephemeral: Collection[str]) -> list[str]:
    """The ids that a node is made from, with those of an ephemeral parent in its place; each once, itself never."""
    found: dict[str, None] = {}
    passed = {node}
    left = list(reversed(parents.get(node, ())))
    while left:
        parent = left.pop()
        if parent in passed:
            continue
        passed.add(parent)
        if parent in ephemeral:
            left.extend(reversed(parents.get(parent, ())))
        else:
            found[parent] = None
    return list(found)


def mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def texts(value: object) -> tuple[str, ...]:
    """The texts of a list, or the one that stands alone."""
    items = value if isinstance(value, list) else [value]
    return tuple(item for item in items if isinstance(item, str))
