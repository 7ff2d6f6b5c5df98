import pytest

from catalog.errors import InvalidInput, NotFound
from catalog.services.documentation import (
    update_dashboards_documentation,
    update_tables_documentation,
    update_terms_documentation,
)
from tests.catalog.factories import DashboardFactory, TableFactory, TermFactory
from tests.catalog.keeping import LATER, UNKNOWN, given
from tests.factories import NOW


def a_table(account, **values):
    return TableFactory.create(schema__database__source__account=account, **values)


def a_dashboard(account, **values):
    return DashboardFactory.create(source__account=account, **values)


def a_term(account, **values):
    return TermFactory.create(account=account, **values)


ALL = pytest.mark.parametrize(
    ("service", "make"),
    [
        (update_tables_documentation, a_table),
        (update_dashboards_documentation, a_dashboard),
        (update_terms_documentation, a_term),
    ],
)


@ALL
def test_documentation_is_overwritten_without_its_images(acme, service, make):
    asset = make(acme, description_raw="Old", external_description="As the source says")
    row = given(asset, description_markdown="# Orders\n![a chart](chart.png) *of today*")
    [documented] = service(acme, rows=[row], by=None, now=LATER)
    documented.refresh_from_db()
    assert documented.description_raw == "# Orders\n *of today*"
    assert (documented.external_description, documented.updated_at) == ("As the source says", LATER)


@ALL
def test_what_was_true_of_the_old_text_is_forgotten(acme, ada, service, make):
    asset = make(
        acme, description_state_lexical={"root": {}}, last_described_by_user=ada, is_description_generated=True
    )
    service(acme, rows=[given(asset, description_markdown="New")], by=None, now=LATER)
    asset.refresh_from_db()
    assert (asset.last_described_by_user, asset.is_description_generated) == (None, False)
    assert type(asset).objects.filter(description_state_lexical__isnull=True).exists()


@ALL
def test_all_are_documented_or_none(acme, umbrella, service, make):
    ours, theirs = make(acme), make(umbrella)
    for pk in (str(theirs.pk), UNKNOWN, "no id"):
        with pytest.raises(NotFound, match=f"not found: {pk}$"):
            service(
                acme,
                rows=[{"id": str(row), "description_markdown": "New"} for row in (ours.pk, pk)],
                by=None,
                now=LATER,
            )
    assert not type(ours).objects.filter(updated_at=LATER).exists()


@ALL
def test_documentation_is_answered_in_the_order_given(acme, service, make):
    assets = [make(acme) for _ in range(3)][::-1]
    rows = [given(asset, description_markdown=asset.name) for asset in assets]
    assert [asset.description_raw for asset in service(acme, rows=rows, by=None, now=LATER)] == [
        row.name for row in assets
    ]


@ALL
@pytest.mark.parametrize("rows", [1, 2, 501])
def test_a_batch_that_cannot_be_meant_is_refused(acme, service, make, rows):
    row = given(make(acme), description_markdown=None if rows == 1 else "New")
    with pytest.raises(InvalidInput):
        service(acme, rows=[row] * rows, by=None, now=LATER)


@ALL
def test_an_empty_text_takes_documentation_away(acme, service, make):
    asset = make(acme, description_raw="Old", external_description="As the source says")
    [emptied] = service(acme, rows=[given(asset, description_markdown="")], by=None, now=LATER)
    assert (emptied.description_raw, emptied.description) == ("", "As the source says")
    assert service(acme, rows=[], by=None, now=NOW) == []
