"""Texts that are written by whoever has read the ones before: of tables, dashboards, terms and columns."""

import pytest

from accounts.models import AuditEntry
from catalog.errors import InvalidInput, NotEditable, NotFound, TextChanged, TextExists
from catalog.models.rows import TEXT_LENGTH
from catalog.rules.documentation import MAX_MARKDOWN_LENGTH
from catalog.rules.versions import version_of
from catalog.services.documentation import (
    update_dashboards_documentation,
    update_tables_documentation,
    update_terms_documentation,
)
from catalog.services.tables import update_columns_metadata
from tests.catalog.factories import ColumnFactory, DashboardFactory, TableFactory, TermFactory
from tests.catalog.keeping import LATER, UNKNOWN, given

ALL = pytest.mark.parametrize(
    ("service", "make"),
    [
        (update_tables_documentation, lambda account, **values: TableFactory.create(**placed(account), **values)),
        (
            update_dashboards_documentation,
            lambda account, **values: DashboardFactory.create(source__account=account, **values),
        ),
        (update_terms_documentation, lambda account, **values: TermFactory.create(account=account, **values)),
    ],
)
OLD = version_of("Old")


def placed(account):
    return {"schema__database__source__account": account}


def write(service, asset, text, **how):
    """What the asset says afterwards."""
    row = given(asset, description_markdown=text)
    service(asset.account, rows=[row], by=None, now=LATER, **how)
    return stored(asset)


def stored(asset):
    return type(asset).objects.get(pk=asset.pk).description_raw


@ALL
def test_the_text_that_was_read_is_replaced(acme, service, make):
    assert write(service, make(acme, description_raw="Old"), "New ![x](y.png)", expected=[OLD]) == "New "


@ALL
@pytest.mark.parametrize("nothing", [None, ""])
def test_where_there_is_no_text_one_is_written_without_a_version(acme, service, make, nothing):
    asset = make(acme, description_raw=nothing, external_description="As the source says")
    assert write(service, asset, "New", expected=[""]) == "New"


@ALL
def test_a_text_that_was_not_read_stays(acme, service, make):
    asset = make(acme, description_raw="Old")
    with pytest.raises(TextExists, match=str(asset.pk)) as refused:
        write(service, asset, "New", expected=[""])
    assert [(text.id, text.characters, text.version) for text in refused.value.texts] == [(asset.pk, 3, OLD)]
    assert stored(asset) == "Old"
    assert not AuditEntry.objects.exists()


@ALL
def test_a_text_that_was_changed_since_it_was_read_stays(acme, service, make):
    asset = make(acme, description_raw="Newer")
    with pytest.raises(TextChanged) as refused:
        write(service, asset, "New", expected=[OLD])
    assert [(text.version, text.expected) for text in refused.value.texts] == [(version_of("Newer"), OLD)]
    assert stored(asset) == "Newer"


@ALL
def test_of_several_all_are_written_or_none(acme, service, make):
    read, unread = make(acme, description_raw="Old"), make(acme, description_raw="Other")
    rows = [given(asset, description_markdown="New") for asset in (read, unread)]
    with pytest.raises(TextExists):
        service(acme, rows=rows, by=None, now=LATER, expected=[OLD, ""])
    assert (stored(read), stored(unread)) == ("Old", "Other")


@ALL
@pytest.mark.parametrize(("old", "new"), [(None, "New"), ("", "New"), ("Old", "Old\n\nNew")])
def test_a_text_is_put_below_the_stored_one_which_needs_no_version(acme, service, make, old, new):
    assert write(service, make(acme, description_raw=old), "New", expected=[""], append=True) == new
    assert write(service, make(acme, description_raw=old), "New", append=True) == new


@ALL
def test_a_version_that_is_named_holds_for_a_text_that_is_put_below_too(acme, service, make):
    asset = make(acme, description_raw="Newer")
    with pytest.raises(TextChanged):
        write(service, asset, "New", expected=[OLD], append=True)
    assert write(service, asset, "New", expected=[version_of("Newer")], append=True) == "Newer\n\nNew"


@ALL
@pytest.mark.parametrize("append", [False, True])
def test_a_text_of_images_alone_is_refused(acme, service, make, append):
    asset = make(acme, description_raw="Old")
    with pytest.raises(InvalidInput, match="images"):
        write(service, asset, "![x](y.png)", expected=[OLD], append=append)
    assert stored(asset) == "Old"


@ALL
def test_a_text_is_as_long_as_any_may_be_with_the_one_above_it(acme, service, make):
    asset = make(acme)
    long = "x" * (MAX_MARKDOWN_LENGTH + 1)
    assert write(service, asset, long, expected=[""]) == long
    with pytest.raises(InvalidInput, match="100,000"):
        write(service, asset, "x" * (TEXT_LENGTH - len(long) - 1), append=True)
    assert stored(asset) == long
    with pytest.raises(InvalidInput, match="30,000"):
        write(service, asset, long)


@ALL
@pytest.mark.parametrize(
    ("text", "how"), [(" \n", {"expected": [OLD]}), (" \n", {"append": True}), ("", {"append": True})]
)
def test_a_blank_text_is_refused(acme, service, make, text, how):
    asset = make(acme, description_raw="Old")
    with pytest.raises(InvalidInput):
        write(service, asset, text, **how)
    assert stored(asset) == "Old"


@ALL
def test_the_text_that_was_read_may_be_taken_away(acme, service, make):
    asset = make(acme, description_raw="Old")
    with pytest.raises(TextChanged):
        write(service, asset, "", expected=[version_of("Other")])
    assert write(service, asset, "", expected=[OLD]) == ""


@ALL
def test_another_accounts_asset_is_unknown(acme, umbrella, service, make):
    row = given(make(umbrella, description_raw="Old"), description_markdown="New")
    with pytest.raises(NotFound):
        service(acme, rows=[row], by=None, now=LATER, expected=[OLD])


@ALL
def test_one_entry_of_the_log_says_so(acme, service, make):
    write(service, make(acme, description_raw="Old"), "New", expected=[OLD])
    assert [(entry.operation, entry.count) for entry in AuditEntry.objects.all()] == [(service.__name__, 1)]


def test_a_term_of_a_source_is_refused(acme):
    term = TermFactory.create(account=acme, external_id="page", description_raw="Old")
    with pytest.raises(NotEditable):
        write(update_terms_documentation, term, "New", expected=[OLD])


@pytest.fixture
def columns(acme):
    """The first with a text of Catalog's, the second with its source's alone."""
    table = TableFactory.create(**placed(acme))
    first = ColumnFactory.create(table=table, description_raw="Old")
    return [first, ColumnFactory.create(table=table, external_description="As the source says")]


def describe(columns, **how):
    rows = [given(column, description_raw="New") for column in columns]
    return update_columns_metadata(columns[0].account, rows=rows, by=None, now=LATER, **how)


def test_columns_are_described_when_each_text_was_read(columns):
    assert [column.description_raw for column in describe(columns, expected=[OLD, ""])] == ["New", "New"]
    assert [stored(column) for column in columns] == ["New", "New"]
    assert AuditEntry.objects.get().operation == "update_columns_metadata"


@pytest.mark.parametrize(("expected", "error"), [("", TextExists), (version_of("Stale"), TextChanged)])
def test_of_columns_none_is_described_when_one_has_a_text_that_was_not_read(columns, expected, error):
    with pytest.raises(error) as refused:
        describe(columns, expected=[expected, ""])
    assert [text.id for text in refused.value.texts] == [columns[0].pk]
    assert [stored(column) for column in columns] == ["Old", None]


def test_of_columns_none_is_described_when_one_is_unknown(acme, columns):
    rows = [given(columns[0], description_raw="New"), {"id": UNKNOWN, "description_raw": "New"}]
    with pytest.raises(NotFound):
        update_columns_metadata(acme, rows=rows, by=None, now=LATER, expected=[OLD, ""])
    assert stored(columns[0]) == "Old"


def test_each_column_needs_a_version_once_any_is_named(columns):
    with pytest.raises(InvalidInput, match="2 rows"):
        describe(columns, expected=[OLD])


def test_whoever_names_no_versions_writes_over_what_is_there(columns):
    assert [column.description_raw for column in describe(columns)] == ["New", "New"]
