"""SELECT INTO, CREATE and ALTER, and files: COPY, LOAD and EXPORT."""

from collections.abc import Iterator

from sqlglot import exp

from ingestion.parser.naming import path_of
from ingestion.parser.passing import new_path
from ingestion.parser.queries import Reader
from ingestion.parser.relations import EMPTY, NOTHING, Output, Path, Relation
from ingestion.parser.writing import Written

TABLES = {"TABLE", "VIEW"}
PASSING = (exp.TemporaryProperty, exp.VolatileProperty)


def query(statement: exp.Expr, reader: Reader) -> Iterator[Written]:
    """SELECT; SELECT … INTO, of which a UNION has the INTO in its first query."""
    if isinstance(statement, exp.Select) and len(statement.expressions) == 1 and not statement.args.get("from_"):
        swapped = list(called(statement.expressions[0], reader))
        if swapped:
            yield from swapped
            return
    relation = reader.trace(statement, reader.scope(exp.Select()))
    first: exp.Expr = statement
    while isinstance(first, (exp.SetOperation, exp.Subquery)):
        first = first.this
    into = first.args.get("into")
    if not into or not isinstance(into.this, exp.Expr):
        yield Written(outputs=relation.outputs, relation=relation)
        return
    temporary = bool(into.args.get("temporary")) or is_temporary_name(into.this)
    yield Written(path_of(into.this), relation.outputs, creates=True, temporary=temporary, relation=relation)


def called(node: exp.Expr, reader: Reader) -> Iterator[Written]:
    """SELECT swap_partitions_between_tables('t', from, to, 'target'), a statement of Vertica's in a query's clothes."""
    arguments = node.expressions
    if node.name.upper() == "SWAP_PARTITIONS_BETWEEN_TABLES" and len(arguments) == 4:
        source, target = (tuple(each.name.split(".")) for each in (arguments[0], arguments[3]))
        reader.reads.add(reader.place(source)[0])
        yield Written(target)


def create(statement: exp.Create, reader: Reader) -> Iterator[Written]:
    """CREATE TABLE and VIEW: of a query, as a copy, or with columns alone."""
    target = path_of(statement.this)
    if (statement.args.get("kind") or "").upper() not in TABLES or not target:
        return
    properties = statement.args.get("properties")
    temporary = is_temporary_name(statement.this) or bool(properties and properties.find(*PASSING))
    relation, names = created_of(statement, reader), defined(statement.this)
    if relation is EMPTY:
        relation = Relation([Output(name, NOTHING) for name in names])
    elif len(names) >= len(relation.outputs):
        relation = relation.renamed(names)
    yield Written(target, relation.outputs, creates=True, temporary=temporary, relation=relation)
    filled = properties.find(exp.ToTableProperty) if properties else None  # a view of ClickHouse, whose rows go there
    if filled and path_of(filled.this):
        yield Written(path_of(filled.this), relation.outputs, relation=relation)


def defined(schema: exp.Expr) -> list[str]:
    """The columns between the brackets of CREATE."""
    return [name.name for name in schema.expressions if isinstance(name, (exp.Identifier, exp.ColumnDef))]


def declare(statement: exp.Declare, reader: Reader) -> Iterator[Written]:
    """DECLARE @t TABLE (…) of T-SQL."""
    for item in statement.expressions:
        if isinstance(item.args.get("kind"), exp.Schema):
            outputs = [Output(name, NOTHING) for name in defined(item.args["kind"])]
            for variable in item.this:
                path = path_of(exp.Table(this=variable))
                yield Written(path, outputs, creates=True, temporary=True, relation=Relation(outputs))


def created_of(statement: exp.Create, reader: Reader) -> Relation:
    body, clone = statement.args.get("expression"), statement.args.get("clone")
    if isinstance(body, (exp.Query, exp.Table)):
        return reader.trace(body, reader.scope(statement))
    if clone:
        return reader.trace(clone.this, reader.scope(statement))
    for like in statement.find_all(exp.LikeProperty):
        if isinstance(like.this, exp.Table):
            reader.trace(like.this, reader.scope(statement))  # its columns are made alike, of no value of them
    return EMPTY


def copy(statement: exp.Copy, reader: Reader) -> Iterator[Written]:
    """COPY … FROM writes the table, or the stage of files; COPY … TO the files."""
    scope = reader.scope(statement)
    files = [each for each in statement.args.get("files") or () if isinstance(each, exp.Expr)]
    if not statement.args.get("kind"):
        reader.trace(statement.this, scope)
        yield from (Written(place) for each in files if (place := file_of(each)))
        return
    for each in files:
        place = file_of(each)
        if place:
            reader.reads.add(place)
        else:
            reader.trace(each, scope)
    target = path_of(statement.this)
    yield Written(target)


def file_of(node: exp.Expr) -> Path:
    """The address of a file; () for a table, a stage or a query."""
    literal = node.this if isinstance(node, exp.Table) else node
    return (literal.name,) if isinstance(literal, exp.Literal) else ()


def load(statement: exp.LoadData, reader: Reader) -> Iterator[Written]:
    """LOAD DATA of Hive and of BigQuery: from files."""
    files = statement.args.get("inpath"), statement.args.get("files")
    for each in files:
        for literal in each.find_all(exp.Literal) if isinstance(each, exp.Expr) else ():
            if not isinstance(literal.parent, exp.FileFormatProperty):
                reader.reads.add((literal.name,))
    yield Written(path_of(statement.this))


def export(statement: exp.Export, reader: Reader) -> Iterator[Written]:
    yield Written(outputs=reader.trace(statement.this, reader.scope(statement)).outputs)


def alter(statement: exp.Alter, reader: Reader) -> Iterator[Written]:
    """RENAME and SWAP bring one table's rows under another's name; ADD COLUMN and others change the table."""
    table = path_of(statement.this)
    if (statement.args.get("kind") or "").upper() != "TABLE":
        return
    for action in statement.args.get("actions") or ():
        if isinstance(action, exp.AlterRename) and path_of(action.this):
            relation = reader.trace(statement.this, reader.scope(statement))
            yield Written(new_path(table, path_of(action.this)), relation.outputs, relation=relation)
        elif isinstance(action, exp.SwapTable):
            relation = reader.trace(action.this, reader.scope(statement))
            yield Written(table, relation.outputs, relation=relation)
        else:
            yield Written(table)
            return


def is_temporary_name(table: exp.Expr) -> bool:
    path = path_of(table)
    return bool(path) and path[-1].startswith("#")
