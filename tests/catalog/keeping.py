"""What programs keep: rows below an account's API source."""

from datetime import timedelta
from typing import Any

from accounts.models import Account
from catalog.choices import SourceOrigin
from catalog.index.catching_up import catch_up, index_account
from catalog.models import CatalogRow, Database, Schema, Source, Table
from tests.catalog.factories import DatabaseFactory, SchemaFactory, SourceFactory, TableFactory
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)
UNKNOWN = "0197f0c0-0000-7000-8000-000000000000"


def given(row: CatalogRow, **values: Any) -> dict[str, Any]:
    """What a program says of this row."""
    return {"id": str(row.pk), **values}


def api_source(account: Account) -> Source:
    known = Source.objects.visible_to(account).filter(origin=SourceOrigin.API).first()
    source: Source = known or SourceFactory.create(account=account, origin=SourceOrigin.API)
    return source


def kept_database(account: Account, **values: Any) -> Database:
    database: Database = DatabaseFactory.create(source=api_source(account), **values)
    return database


def kept_schema(account: Account, **values: Any) -> Schema:
    schema: Schema = SchemaFactory.create(database__source=api_source(account), **values)
    return schema


def kept_table(account: Account, **values: Any) -> Table:
    table: Table = TableFactory.create(schema__database__source=api_source(account), **values)
    return table


def index_all() -> None:
    """Index what factories made, of every account: they write no index, as services do."""
    for account in Account.objects.all():
        index_whole(account)


def index_whole(account: Account) -> None:
    index_account(account, now=NOW)
    work_off(account)


def work_off(account: Account) -> None:
    """Do what is due, as the job does."""
    while catch_up(now=NOW, account=account):
        pass
