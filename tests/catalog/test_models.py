"""What must never be is refused by the database, whoever writes."""

import pytest
from django.db import IntegrityError, transaction

from catalog.choices import DashboardType, SourceTechnology, TagEntityOrigin
from catalog.models import TagEntity
from tests.catalog.factories import (
    ColumnFactory,
    DashboardFactory,
    DashboardFieldFactory,
    SourceFactory,
    TableFactory,
    TagFactory,
    TermFactory,
    field_feeds,
    stored,
    tagged,
)

pytestmark = pytest.mark.django_db


def refused(make, *args, **values):
    """Whether the database refuses this row."""
    try:
        with transaction.atomic():
            make(*args, **values)
    except IntegrityError:
        return True
    return False


@pytest.mark.parametrize(
    "numbers",
    [{"table_size": -1}, {"number_of_queries": -1}],
)
def test_numbers_of_a_table_stay_in_their_range(numbers):
    assert refused(TableFactory.create, **numbers)


@pytest.mark.parametrize("factory", [TableFactory, DashboardFactory, DashboardFieldFactory])
@pytest.mark.parametrize(("popularity", "wrong"), [(-1, True), (0, False), (1_000_000, False), (1_000_001, True)])
def test_popularity_is_out_of_a_million(factory, popularity, wrong):
    assert refused(factory.create, popularity=popularity) is wrong


@pytest.mark.parametrize(("percent", "wrong"), [(0, True), (1, False), (None, False), (100, False), (101, True)])
def test_a_share_that_imports_may_delete_is_a_percentage(percent, wrong):
    assert refused(SourceFactory.create, deletion_percent=percent) is wrong


def test_a_tool_has_each_id_once_for_every_type_of_dashboard():
    known = DashboardFactory.create(type=DashboardType.TILE)
    same = {"source": known.source, "account": known.account, "external_id": known.external_id}
    assert not refused(DashboardFactory.create, type=DashboardType.DASHBOARD, **same)
    assert refused(DashboardFactory.create, type=DashboardType.TILE, **same)


def test_the_id_of_a_source_is_of_version_4():
    assert SourceFactory.create().pk.version == 4


@pytest.mark.parametrize("parent", [ColumnFactory, DashboardFieldFactory])
@pytest.mark.parametrize("child", [ColumnFactory, DashboardFactory, DashboardFieldFactory])
def test_a_lineage_of_fields_is_there_once(parent, child):
    ends = parent.create(), child.create()
    field_feeds(*ends)
    assert refused(field_feeds, *ends)
    assert not refused(field_feeds, ends[0], child.create())


def test_a_term_is_at_the_top_or_below_another():
    top = TermFactory.create()
    assert refused(TermFactory.create, depth_level=1)
    assert refused(TermFactory.create, parent_term=top, depth_level=0)
    assert not refused(TermFactory.create, parent_term=top)
    top.parent_term, top.depth_level = top, 1
    assert refused(top.save)


def test_a_tool_brings_external_tags_alone():
    column, tag = ColumnFactory.create(), TagFactory.create()
    values = {**stored(column.account), "tag": tag, "column": column, "technology": SourceTechnology.SNOWFLAKE}
    assert refused(TagEntity.objects.create, **values, origin=TagEntityOrigin.USER)
    assert not refused(TagEntity.objects.create, **values, origin=TagEntityOrigin.EXTERNAL)


def test_a_tag_is_on_one_asset_and_there_once():
    column, tag = ColumnFactory.create(), TagFactory.create()
    tagged(column, tag)
    assert refused(tagged, column, tag)
    assert refused(TagEntity.objects.create, **stored(tag.account), tag=tag)
    assert refused(TagEntity.objects.create, **stored(tag.account), tag=tag, column=column, table=column.table)
