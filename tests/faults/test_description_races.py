"""People who save the description of one asset at the same instant, each on a connection of their own."""

import pytest

from catalog.errors import StoredTextError
from catalog.rules.versions import version_of
from catalog.services.documentation import (
    update_dashboards_documentation,
    update_tables_documentation,
    update_terms_documentation,
)
from catalog.services.tables import update_columns_metadata
from tests.catalog.factories import ColumnFactory, DashboardFactory, TermFactory, a_table
from tests.factories import NOW
from tests.faults.test_warehouse_races import PROGRAMS, TURNS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("service", "field", "make"),
    [
        (update_tables_documentation, "description_markdown", a_table),
        (update_columns_metadata, "description_raw", lambda acme: ColumnFactory.create(table=a_table(acme))),
        (
            update_dashboards_documentation,
            "description_markdown",
            lambda acme: DashboardFactory.create(source__account=acme),
        ),
        (update_terms_documentation, "description_markdown", lambda acme: TermFactory.create(account=acme)),
    ],
)
def test_of_those_who_saw_the_same_text_one_writes_and_the_others_are_told(acme, service, field, make):
    asset, shown = make(acme), ""
    for turn in range(TURNS):
        texts = [f"{turn} of {person}" for person in range(PROGRAMS)]

        def save(text, shown=shown):
            row, read = {"id": str(asset.pk), field: text}, version_of(shown)
            return lambda: service(acme, rows=[row], by=None, now=NOW, expected=[read])

        said = at_once(*map(save, texts))
        refused = [isinstance(one, StoredTextError) for one in said]
        assert sorted(refused) == [False, *[True] * (PROGRAMS - 1)]
        asset.refresh_from_db()
        shown = texts[refused.index(False)]
        assert asset.description_raw == shown
