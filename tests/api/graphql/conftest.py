"""Live tokens, for calls through the door's own clock; and a bit of everything."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Team
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    QualityCheckFactory,
    TagFactory,
    TermFactory,
    feeds,
    owned,
    pinned,
    stored,
    tagged,
)
from tests.catalog.keeping import kept_table
from tokens.scopes import Scope
from tokens.services import generate_token


@pytest.fixture
def reader(acme):
    """The value of Acme's Read only token."""
    return generate_token(acme, scope=Scope.READ_ONLY, by=None, now=timezone.now()).secret


@pytest.fixture
def writer(acme):
    """The value of Acme's Read & write token."""
    return generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret


@pytest.fixture
def stranger(umbrella):
    """The value of Umbrella's Read & write token."""
    return generate_token(umbrella, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret


@pytest.fixture
def ids(acme, ada, carol):
    """The ids of a bit of everything, by the names that the calls of mutations give them."""
    table, other = kept_table(acme), kept_table(acme)
    rows: dict[str, Any] = {"table": table, "other": other, "schema": table.schema, "database": table.schema.database}
    rows["source"] = table.schema.database.source
    rows["column"] = ColumnFactory.create(table=table, source=rows["source"])
    rows["dashboard"] = DashboardFactory.create(source__account=acme)
    rows["link"] = table.external_links.create(**stored(acme), technology="GITHUB", url="https://old.test/")
    rows["term"] = TermFactory.create(account=acme)
    rows["team"] = team = Team.objects.create(**stored(acme), name="Data")
    team.members.add(carol)
    feeds(table, other)
    tagged(table, TagFactory.create(account=acme, label="PII"))
    pinned(rows["term"], table)
    owned(table, carol)
    owned(table, team)
    QualityCheckFactory.create(table=table, external_id="old")
    return {name: str(row.pk) for name, row in rows.items()} | {"user": str(carol.uuid)}
