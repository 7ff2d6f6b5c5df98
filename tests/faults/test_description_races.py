"""People who save the description of one asset at the same instant, each on a connection of their own."""

import pytest

from catalog.errors import ChangedMeanwhile
from catalog.services.documentation import (
    update_dashboards_documentation,
    update_tables_documentation,
    update_terms_documentation,
)
from tests.catalog.factories import DashboardFactory, TermFactory, a_table
from tests.factories import NOW
from tests.faults.test_warehouse_races import PROGRAMS, TURNS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("kind", ["table", "dashboard", "term"])
def test_of_those_who_saw_the_same_text_one_writes_and_the_others_are_told(acme, kind):
    service, asset = {
        "table": lambda: (update_tables_documentation, a_table(acme)),
        "dashboard": lambda: (update_dashboards_documentation, DashboardFactory.create(source__account=acme)),
        "term": lambda: (update_terms_documentation, TermFactory.create(account=acme)),
    }[kind]()
    shown = ""
    for turn in range(TURNS):
        texts = [f"{turn} of {person}" for person in range(PROGRAMS)]
        said = at_once(
            *[
                lambda text=text, shown=shown: service(
                    acme, rows=[{"id": str(asset.pk), "description_markdown": text}], by=None, now=NOW, shown=shown
                )
                for text in texts
            ]
        )
        assert sorted(type(one).__name__ for one in said) == sorted([*["ChangedMeanwhile"] * (PROGRAMS - 1), "list"])
        asset.refresh_from_db()
        shown = texts[next(place for place, one in enumerate(said) if not isinstance(one, ChangedMeanwhile))]
        assert asset.description_raw == shown
