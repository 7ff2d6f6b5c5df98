"""INSERT, UPDATE and DELETE that return the ids of the rows they touched, for which Django would ask a second time.

Each is one statement, on PostgreSQL and on SQLite. They send no signal and follow no cascade: for rows that have a UUID
as their key, and to which nothing points.
"""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Model, QuerySet
from django.db.models.constants import OnConflict
from django.db.models.sql import DeleteQuery, InsertQuery, Query, UpdateQuery


def insert_new(rows: Sequence[Model]) -> list[UUID]:
    """Store those of these rows, all of one model, that no unique constraint turns away; returns their ids.

    For a few hundred at once: SQLite takes 32,766 values in a statement, PostgreSQL 65,535.
    """
    if not rows:
        return []
    model = type(rows[0])
    query = InsertQuery(model, on_conflict=OnConflict.IGNORE)
    query.insert_values(model._meta.concrete_fields, list(rows))
    [(statement, parameters)] = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    return execute_for_ids(model, statement, parameters)


def update(rows: QuerySet[Any], **values: Any) -> list[UUID]:
    """As `rows.update(**values)`, returning the rows' ids."""
    query = cast("UpdateQuery", rows.order_by().query.chain(UpdateQuery))
    query.add_update_values(values)
    return execute_query(rows, query)


def delete(rows: QuerySet[Any]) -> list[UUID]:
    """As `rows.delete()`, returning the ids that the rows had."""
    return execute_query(rows, rows.order_by().query.chain(DeleteQuery))


def execute_query(rows: QuerySet[Any], query: Query) -> list[UUID]:
    try:
        statement, parameters = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
    except EmptyResultSet:  # conditions that nothing can meet
        return []
    return execute_for_ids(rows.model, statement, parameters)


def execute_for_ids(model: type[Model], statement: str, parameters: Sequence[Any]) -> list[UUID]:
    key = connection.ops.quote_name(str(model._meta.pk.column))
    with connection.cursor() as cursor:
        cursor.execute(f"{statement} RETURNING {key}", parameters)
        return [UUID(str(pk)) for (pk,) in cursor.fetchall()]  # SQLite keeps texts
