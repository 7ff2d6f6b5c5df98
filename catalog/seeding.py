"""A catalog of any size, to load the site with. Names and numbers are made up, and the same each time."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Model

from accounts import services
from accounts.actors import COMMAND_LINE
from accounts.models import Account, User
from catalog.choices import Colors, LineageType, SourceOrigin, SourceTechnology, SourceType, TagEntityOrigin
from catalog.models import (
    Column,
    ColumnJoin,
    Dashboard,
    DashboardField,
    Database,
    FieldLineage,
    Lineage,
    OwnerEntity,
    Schema,
    Source,
    Table,
    Tag,
    TagEntity,
)
from catalog.models.rows import HIGHEST_POPULARITY
from catalog.services.extraction import bring_in

TABLES_PER_DATABASE, TABLES_PER_SCHEMA = 10_000, 100
TABLES_PER_TRANSACTION = 1_000  # some 20,000 rows with all that belongs to them
PEOPLE, TAGS = 10, 30
PARENTS_PER_TABLE = 2  # among the tables of its transaction
TRACED_COLUMNS_PER_TABLE = 3  # that come from a column of its first parent
TABLES_PER_DASHBOARD, FIELDS_PER_DASHBOARD = 20, 5
NOUNS = ("orders", "customers", "invoices", "payments", "parcels", "products", "visits", "contracts", "tickets")
LAYERS = ("raw", "stg", "dim", "fct", "agg")
NAMES = ("id", "email", "amount", "currency", "status", "country", "created_at", "updated_at", "quantity", "comment")
TYPES = ("number(38,0)", "varchar(200)", "number(12,2)", "timestamp_tz", "boolean")
CATALOG = {"origin": SourceOrigin.EXTRACTION}


@dataclass(frozen=True)
class Ground:
    """What the rows of all tables of a run point to, and how they vary."""

    warehouse: Source
    looker: Source
    tags: list[Tag]
    people: list[User]
    width: int  # columns of a table
    dice: random.Random


def seed(account: Account, *, tables: int, width: int, now: datetime, tell: Callable[[int], None]) -> None:
    """Add a warehouse of so many tables with `width` columns each, and what belongs to them, in proportion.

    Calls `tell` with the number of tables each time that some are committed; stopped in between, these stay.
    """
    ground = Ground(*lay_sources(), lay_tags(account), lay_people(account, now), width, random.Random(0))  # noqa: S311
    new_tags = [tag for tag in ground.tags if tag._state.adding]  # noqa: SLF001  # documented by Django
    bring_in(account, [ground.warehouse, ground.looker, *new_tags], by=None, now=now)
    places = places_of(ground.warehouse)
    for done in range(0, tables, TABLES_PER_TRANSACTION):
        many = min(TABLES_PER_TRANSACTION, tables - done)
        bring_in(account, list(rows_of(ground, list(islice(places, many)))), by=None, now=now)
        tell(done + many)


def lay_sources() -> tuple[Source, Source]:
    warehouse, looker = SourceTechnology.SNOWFLAKE, SourceTechnology.LOOKER
    return (
        Source(name="Seeded warehouse", technology=warehouse, type=SourceType.WAREHOUSE, **CATALOG),
        Source(name="Seeded dashboards", technology=looker, type=SourceType.VISUALIZATION, **CATALOG),
    )


def lay_tags(account: Account) -> list[Tag]:
    """The account's own of these labels, and new ones for the others."""
    labels = [f"seeded {number}" for number in range(TAGS)]
    known = {tag.label: tag for tag in Tag.objects.visible_to(account).filter(label__in=labels)}
    colors = list(Colors)
    return [known.get(label) or Tag(label=label, color=colors[len(label) % len(colors)]) for label in labels]


def lay_people(account: Account, now: datetime) -> list[User]:
    addresses = [f"person{number}@{account.slug}.test" for number in range(PEOPLE)]
    known = {user.email: user for user in User.objects.filter(account=account, email__in=addresses)}
    return [
        known.get(address) or services.create_user(address, account=account, by=COMMAND_LINE, now=now)
        for address in addresses
    ]


def places_of(source: Source) -> Iterator[tuple[Database, Schema, int]]:
    """For each table, without end: its database, its schema and its number."""
    number = 0
    while True:
        if number % TABLES_PER_DATABASE == 0:
            name = f"database_{number // TABLES_PER_DATABASE}"
            database = Database(source=source, name=name, external_id=name)
        if number % TABLES_PER_SCHEMA == 0:
            name = f"schema_{number // TABLES_PER_SCHEMA}"
            schema = Schema(database=database, name=name, external_id=name)
        yield database, schema, number
        number += 1


def rows_of(ground: Ground, places: list[tuple[Database, Schema, int]]) -> Iterator[Model]:
    """All rows that come with these tables."""
    tables: list[Table] = []
    columns: list[list[Column]] = []
    for database, schema, number in places:
        if number % TABLES_PER_DATABASE == 0:
            yield database
        if number % TABLES_PER_SCHEMA == 0:
            yield schema
        tables.append(table_of(ground, schema, number))
        columns.append(columns_of(ground, tables[-1], number))
        yield tables[-1]
        yield from columns[-1]
        yield from knowledge_of(ground, tables[-1], columns[-1])
        if len(tables) > PARENTS_PER_TABLE:
            yield from lineage_of(ground, tables, columns)
        if number % TABLES_PER_DASHBOARD == 0:
            yield from dashboard_of(ground, tables[-1], columns[-1], number)


def table_of(ground: Ground, schema: Schema, number: int) -> Table:
    queries = int(ground.dice.paretovariate(0.7)) if number % 2 else None  # half of them were never asked
    return Table(
        schema=schema,
        name=f"{ground.dice.choice(LAYERS)}_{ground.dice.choice(NOUNS)}_{number}",
        external_id=str(number),
        external_description=f"Table {number} of a warehouse that was made up.",
        number_of_queries=None if queries is None else min(queries, 1_000_000),
        popularity=None if queries is None else min(queries, HIGHEST_POPULARITY),
    )


def columns_of(ground: Ground, table: Table, number: int) -> list[Column]:
    names = [NAMES[place] if place < len(NAMES) else f"attribute_{place}" for place in range(ground.width)]
    names[-1] = f"{names[-1]}_{number}"  # one that no other table has
    return [
        Column(
            table=table,
            source=ground.warehouse,
            name=name,
            external_id=name,
            data_type=TYPES[place % len(TYPES)],
            external_description=f"The {name} of a row." if place % 2 else None,
            is_pii=name == "email",
            is_primary_key=place == 0,
            source_order=place + 1,
        )
        for place, name in enumerate(names)
    ]


def knowledge_of(ground: Ground, table: Table, columns: list[Column]) -> Iterator[Model]:
    """A tag and an owner of the table, tags of every fifth column."""
    yield OwnerEntity(user=ground.dice.choice(ground.people), table=table)
    yield TagEntity(tag=ground.dice.choice(ground.tags), table=table, origin=TagEntityOrigin.USER)
    for column in columns[::5]:
        yield TagEntity(tag=ground.dice.choice(ground.tags), column=column, origin=TagEntityOrigin.USER)


def lineage_of(ground: Ground, tables: list[Table], columns: list[list[Column]]) -> Iterator[Model]:
    """Lineage of the last table from earlier ones, of some of its columns, and a join with the first parent."""
    parents = ground.dice.sample(range(len(tables) - 1), PARENTS_PER_TABLE)
    for place in parents:
        yield Lineage(parent_table=tables[place], child_table=tables[-1], lineage_type=LineageType.AUTOMATIC)
    first, last = columns[parents[0]], columns[-1]
    for parent, child in islice(zip(first, last, strict=True), TRACED_COLUMNS_PER_TABLE):
        yield FieldLineage(parent_column=parent, child_column=child, lineage_type=LineageType.AUTOMATIC)
    yield ColumnJoin(first_column=first[0], second_column=last[0], count=ground.dice.randint(1, 500))


def dashboard_of(ground: Ground, table: Table, columns: list[Column], number: int) -> Iterator[Model]:
    name, address = f"Dashboard of {table.name}", f"https://looker.example/dashboards/{number}"
    dashboard = Dashboard(source=ground.looker, name=name, external_id=str(number), url=address, folder_path="root")
    yield dashboard
    yield Lineage(parent_table=table, child_dashboard=dashboard, lineage_type=LineageType.AUTOMATIC)
    for column in columns[:FIELDS_PER_DASHBOARD]:
        same = {"name": column.name, "label": column.name, "data_type": column.data_type}
        field = DashboardField(dashboard=dashboard, external_id=column.name, **same)
        yield field
        yield FieldLineage(parent_column=column, child_dashboard_field=field, lineage_type=LineageType.AUTOMATIC)
