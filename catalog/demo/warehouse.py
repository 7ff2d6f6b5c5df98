"""Sources and what lies in the warehouse: databases, schemas, tables, columns, checks."""

from datetime import timedelta

from catalog.choices import (
    ColumnExternalDescriptionSource,
    SourceOrigin,
    SourceTechnology,
    TableExternalDescriptionSource,
    TableType,
    TagEntityOrigin,
    TransformationSource,
)
from catalog.demo.draft import Draft, own_name
from catalog.demo.reading import Facts, FieldLine, field_lines, read_facts, read_tables
from catalog.models import Column, Database, ExternalLink, QualityCheck, Schema, Source, Table

FILES = ("shop", "suppliers", "staging", "core", "marts")  # parents before children
BY_HAND = {"raw", "sandbox"}  # databases in which dbt builds nothing
PERSONAL = "Personal data"
REFRESHED = timedelta(hours=1)  # ago


def add_sources(draft: Draft) -> None:
    for name, said in read_facts("places")["sources"].items():
        refreshed = draft.now - REFRESHED
        row = Source(name=name, origin=SourceOrigin.EXTRACTION, **said, last_refreshed_at=refreshed)
        draft.sources[name] = draft.add(row)


def add_warehouse(draft: Draft) -> None:
    schemas = add_places(draft)
    for file in FILES:
        for path, facts in read_tables(file):
            table = add_table(draft, schemas[path.rpartition(".")[0]], path, facts)
            add_columns(draft, table, path, facts)
    for path, facts in read_facts("checks").items():
        add_checks(draft, path, facts)


def add_places(draft: Draft) -> dict[str, Schema]:
    """Databases and schemas; the schemas by `database.schema`."""
    rows = {}
    for name, said in read_facts("places")["databases"].items():
        schemas = said.pop("schemas")
        database = draft.add(Database(source=draft.sources["Snowflake"], external_id=name, name=name, **said))
        for schema, text in schemas.items():
            path = f"{name}.{schema}"
            row = Schema(database=database, external_id=path, name=schema, description=text)
            rows[path] = draft.add(row)
    return rows


def add_table(draft: Draft, schema: Schema, path: str, facts: Facts) -> Table:
    by_dbt = schema.database.name not in BY_HAND
    origin = TableExternalDescriptionSource.DBT if by_dbt else TableExternalDescriptionSource.DATABASE
    row = Table(
        schema=schema,
        external_id=path,
        name=own_name(path),
        external_description=facts["description"],
        external_description_source=origin,
        table_type=TableType.VIEW if schema.name == "staging" else TableType.TABLE,
        table_size=facts.get("size"),
        transformation_source=TransformationSource.DBT if by_dbt else None,
        url=f"https://snowflake.example/acme/{path.replace('.', '/')}",
        last_refreshed_at=draft.now - REFRESHED,
    )
    draft.add_asset(path, row, facts)
    draft.add_lineage(row, facts.get("from", ()))
    for technology, url in map(str.split, facts.get("links", ())):
        draft.add(ExternalLink(table=row, technology=technology, url=url))
    return row


def add_columns(draft: Draft, table: Table, path: str, facts: Facts) -> None:
    columns = draft.fields[table.name] = {}
    for place, line in enumerate(field_lines(facts["columns"]), start=1):
        parents = draft.parents_of(line, facts.get("from", ()))
        column = described(line, parents[0] if len(parents) == 1 else None)
        column.table, column.source, column.source_order = table, table.schema.database.source, place
        column.external_id = f"{path}.{line.name}"
        columns[line.name] = draft.assets[column.external_id] = draft.add(column)
        draft.add_field_lineage(column, parents)
        for label in line.tags:
            draft.tag(column, label)
        if column.is_pii:
            draft.tag(column, PERSONAL, origin=TagEntityOrigin.EXTERNAL, technology=SourceTechnology.SNOWFLAKE)


def described(line: FieldLine, parent: object) -> Column:
    """The column; what its line leaves out is taken over from the only one that it is made from."""
    column = Column(name=line.name, is_nullable="required" not in line.flags, is_primary_key="key" in line.flags)
    column.data_type, column.external_description = line.data_type or "", line.description
    column.is_pii = "pii" in line.flags
    if isinstance(parent, Column) and line.data_type is None:
        column.data_type, column.is_pii = parent.data_type, parent.is_pii
        column.external_description = line.description or parent.external_description
        column.described_by_column = None if line.description or not parent.external_description else parent
    if column.external_description:
        column.external_description_source = ColumnExternalDescriptionSource.DATABASE
    return column


def add_checks(draft: Draft, path: str, facts: Facts) -> None:
    for place, line in enumerate(facts["checks"].strip().splitlines(), start=1):
        said, _, result = line.partition(" -- ")
        column, status, name = said.split(maxsplit=2)
        row = QualityCheck(
            table=draft.assets[path],
            column=None if column == "*" else draft.assets[f"{path}.{column}"],
            external_id=f"{path}.{place}",
            name=name.strip(),
            result=result or None,
            source=facts["source"],
            status=status,
            run_at=draft.now - timedelta(hours=2, minutes=place),
        )
        draft.add(row)
