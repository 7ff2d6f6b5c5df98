"""Statements that return the ids of what they touched, on tags of the catalog."""

from datetime import timedelta

import pytest

from catalog.models import Tag, TagEntity
from catalog.models.rows import any_of
from database import returning
from tests.catalog.factories import TagFactory, a_table, stored, tagged
from tests.factories import NOW

LATER = NOW + timedelta(hours=1)


@pytest.fixture
def tags(acme):
    return [TagFactory.create(account=acme, label=label) for label in ("a", "b", "c")]


def named(*labels):
    return Tag.objects.filter(label__in=labels)


def test_rows_that_are_new_are_stored_and_returned(acme, tags, django_assert_num_queries):
    rows = [Tag(label=label, **stored(acme)) for label in ("d", "a", "e")]
    with django_assert_num_queries(1):
        assert returning.insert_new(rows) == [rows[0].pk, rows[2].pk]
    assert sorted(Tag.objects.values_list("label", flat=True)) == ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize("labels", [["a"], []])
def test_when_none_is_new_none_is_returned(acme, tags, labels):
    assert returning.insert_new([Tag(label=label, **stored(acme)) for label in labels]) == []
    assert Tag.objects.count() == 3


def test_what_is_updated_is_returned(tags, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert set(returning.update(named("a", "b"), updated_at=LATER, color=None)) == {tags[0].pk, tags[1].pk}
    assert [tag.updated_at for tag in Tag.objects.order_by("label")] == [LATER, LATER, NOW]


def test_what_is_deleted_is_returned(tags, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert set(returning.delete(named("a", "b", "x"))) == {tags[0].pk, tags[1].pk}
    assert Tag.objects.get() == tags[2]


def test_rows_are_chosen_by_what_they_point_to(acme, tags):
    table = a_table(acme)
    for tag in tags:
        tagged(table, tag)
    entities = TagEntity.objects.filter(tag__label="b")
    assert returning.update(entities, updated_at=LATER) == returning.delete(entities)
    assert TagEntity.objects.count() == 2


@pytest.mark.parametrize("write", [returning.delete, lambda rows: returning.update(rows, updated_at=LATER)])
def test_a_condition_that_nothing_meets_touches_nothing(tags, write):
    assert write(Tag.objects.filter(any_of([]))) == []
    assert Tag.objects.filter(updated_at=NOW).count() == 3
