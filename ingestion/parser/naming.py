"""Names to stored tables. Case never tells two tables apart, and what is stored says how a name is written."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from sqlglot import exp

from ingestion.parser.relations import Origin, Output, Path, Relation, of_unknown_table

Default = tuple[str | None, str | None]
"""The database and schema that a name without them means, where they are known."""

NO_DEFAULT: Default = (None, None)
DECORATOR = re.compile(r"\$[^$]*(\$?)$")  # of BigQuery: t$20260101, t$__UNPARTITIONED__


class StoredTable:
    """A table of the catalog with its columns, spelled as they are stored."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.folded = folded(path)
        self.columns = {column.lower(): column for column in reversed(columns)}
        structs = {name for name in self.columns if "." not in name}
        fields = frozenset(name for name in self.columns if name.partition(".")[0] in structs - {name})
        outputs = [
            Output(column, frozenset({Origin(path, column, sure=True)}))
            for column in columns
            if column.lower() not in fields
        ]
        # A table whose columns were not imported may have any.
        self.relation = Relation(outputs, fields=fields) if outputs else of_unknown_table(path)


class Catalog:
    """The stored tables that a text may speak of, and the default that USE changes."""

    def __init__(self, tables: Iterable[StoredTable], default: Default = NO_DEFAULT) -> None:
        self.default = default
        self.by_name: dict[str, list[StoredTable]] = defaultdict(list)
        for table in tables:
            self.by_name[table.folded[-1]].append(table)

    def find(self, path: Path) -> StoredTable | None:
        """The table that is meant: the longest path that agrees. None when there is none, or two are equally likely."""
        wanted = folded(path)
        agreeing = {
            table.folded: agreed
            for table in self.by_name.get(wanted[-1], ())
            if (agreed := common_end(table.folded, wanted)) == min(len(table.folded), len(wanted))
            and self.allows(table.folded, len(wanted))
        }
        best = [path for path, agreed in agreeing.items() if agreed == max(agreeing.values())]
        if len(best) != 1:
            return None
        return next(table for table in self.by_name[wanted[-1]] if table.folded == best[0])

    def allows(self, path: Path, written: int) -> bool:
        """Whether the default agrees with the parts of a stored path that were not written."""
        unwritten = path[:-written]
        defaults = [part.lower() if part else None for part in self.default][: 3 - written]
        pairs = zip(reversed(unwritten), reversed(defaults), strict=False)
        return all(default is None or default == part for part, default in pairs)

    def full(self, path: Path) -> Path:
        """With the default before it, for a table that is not stored."""
        missing = self.default[: max(0, 3 - len(path))]
        return (*(part for part in missing if part), *path)

    def use(self, path: Path, kind: str, *, levels: int) -> None:
        """What USE says. `levels` is 2 where a database is a schema."""
        database, schema = self.default
        if len(path) > 1:
            self.default = (path[-2], path[-1])
        elif kind == "SCHEMA" or (levels == 2 and kind != "CATALOG"):
            self.default = (database, path[0])
        elif kind not in {"ROLE", "WAREHOUSE", "SECONDARY"}:
            self.default = (path[0], schema)


def folded(path: Path) -> Path:
    return tuple(part.lower() for part in path)


def common_end(one: Path, other: Path) -> int:
    """How many parts agree, from the table up."""
    count = 0
    for part, its in zip(reversed(one), reversed(other), strict=False):
        if part != its:
            break
        count += 1
    return count


def path_of(table: exp.Expr) -> Path:
    """The parts of a written name; () for what names no table: a function, a number."""
    if isinstance(table, exp.Schema):
        return path_of(table.this)
    if not isinstance(table, (exp.Table, exp.TableFromRows)):
        return ()
    parts = table.parts if isinstance(table, exp.Table) else []
    if not parts or not all(isinstance(part, exp.Identifier) for part in parts):
        return path_without_names(table)
    names = [part.name for part in parts if part.name]
    if parts[-1].args.get("temporary"):
        names = [f"#{names[-1]}"]
    return tuple(names[:-1] + of_bigquery(names[-1])) if names else ()


def path_without_names(table: exp.Expr) -> Path:
    """Of a table that is named by a text or a variable, or is a file."""
    named = table.this
    if isinstance(named, exp.Var) and named.name.startswith("@"):  # a stage of Snowflake
        return (named.name,)
    if isinstance(named, exp.Parameter):  # a table in a variable of T-SQL, which lives as long as `#t`
        return (f"#@{named.name}",)
    if isinstance(named, exp.DynamicIdentifier) or isinstance(
        table, exp.TableFromRows
    ):  # IDENTIFIER('a.b'), TABLE('a.b')
        text = named.this if isinstance(named, exp.DynamicIdentifier) else named
        return tuple(text.name.split(".")) if isinstance(text, exp.Literal) else ()
    return (named.name,) if isinstance(named, exp.Literal) else ()


def of_bigquery(name: str) -> list[str]:
    """Without the partition that a name may end with; INFORMATION_SCHEMA and its table are two parts."""
    if name.upper().startswith("INFORMATION_SCHEMA."):
        return name.split(".", 1)
    return [DECORATOR.sub("", name) or name] if name.endswith("__") or re.search(r"\$\d+$", name) else [name]


def made_of(outputs: Sequence[Output], path: Path) -> Relation:
    """The columns of a table that the text itself made and keeps."""
    if any(output.name in {"*", ""} for output in outputs):
        return of_unknown_table(path)
    return Relation([Output(output.name, frozenset({Origin(path, output.name, sure=False)})) for output in outputs])
