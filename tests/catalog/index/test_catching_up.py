"""What was put off is worked off in slices, by whoever comes, however often."""

from datetime import timedelta

import pytest

from catalog.index import catching_up, checking, entries, words, writing
from catalog.index.checking import differences
from catalog.models import SearchDue, SearchEntry
from catalog.models.assets import AssetKind
from catalog.models.search import QUERY
from catalog.queries.search import find
from catalog.tasks import index_what_is_due
from jobs.queues import limits_of
from tests.catalog.factories import ColumnFactory, SchemaFactory, TableFactory, ran
from tests.catalog.index.test_writing import a_table
from tests.catalog.keeping import index_all, work_off
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def index_first(*tables):
    writing.refresh(tables[0].account, {AssetKind.TABLE.value: [table.pk for table in tables]}, now=NOW)


def test_more_than_one_transaction_may_write_are_put_off_and_caught_up(acme, monkeypatch):
    monkeypatch.setattr(writing, "MAX_AT_ONCE", 2)
    monkeypatch.setattr(catching_up, "SLICE", 2)
    schema = SchemaFactory.create(database__source__account=acme)
    tables = [TableFactory.create(schema=schema) for _ in range(5)]
    index_first(*tables)
    assert not SearchEntry.objects.exists()
    catching_up.catch_up(now=NOW, account=acme)
    assert SearchEntry.objects.count() == 5
    assert not SearchDue.objects.exists()
    assert list(differences(acme)) == []


@pytest.mark.parametrize("place", ["source", "database", "schema"])
def test_all_that_lies_in_a_place_is_looked_at_again_in_slices(acme, monkeypatch, place):
    monkeypatch.setattr(writing, "MAX_AT_ONCE", 2)
    monkeypatch.setattr(catching_up, "SLICE", 2)
    schema = SchemaFactory.create(database__source__account=acme)
    for _ in range(3):
        ColumnFactory.create(table=TableFactory.create(schema=schema))
    ids = {"source": schema.database.source_id, "database": schema.database_id, "schema": schema.pk}
    writing.refresh_below(acme, place, [ids[place]], now=NOW)
    catching_up.catch_up(now=NOW, account=acme)
    assert SearchEntry.objects.count() == 6
    assert not SearchDue.objects.exists()


def aged(account):
    SearchEntry.objects.filter(account=account).update(version=words.VERSION - 1)


def test_entries_of_older_words_serve_until_the_job_has_made_them_anew(acme, umbrella, monkeypatch):
    monkeypatch.setattr(catching_up, "SLICE", 2)
    tables = [a_table(account, name="orders") for account in (acme, umbrella) for _ in range(3)]
    index_all()
    aged(acme)
    aged(umbrella)
    assert {hit.id for hit in find(acme, "orders").items} == {table.pk for table in tables[:3]}
    while catching_up.catch_up(now=NOW, slices=1):
        assert len(find(acme, "orders").items) == 3
    assert not SearchEntry.objects.filter(version__lt=words.VERSION).exists()
    assert not SearchDue.objects.exclude(what=SearchDue.What.COUNTS).exists()


def test_an_old_entry_of_what_is_gone_does_not_keep_the_job_busy(acme):
    table = a_table(acme)
    index_all()
    aged(acme)
    table.delete()
    assert catching_up.catch_up(now=NOW) == 1
    assert catching_up.catch_up(now=NOW) == 0
    assert not SearchEntry.objects.exists()


def test_a_run_ends_after_its_slices_and_the_next_goes_on(acme, monkeypatch):
    monkeypatch.setattr(catching_up, "SLICE", 2)
    for _ in range(5):
        a_table(acme)
    catching_up.index_account(acme, now=NOW)
    assert [catching_up.catch_up(now=NOW, slices=2) for _ in range(3)] == [2, 1, 0]
    assert list(differences(acme)) == []


def test_a_run_of_the_slowest_slices_ends_before_its_queue_asks_it_to():
    soft, _ = limits_of(index_what_is_due.name)
    assert soft > catching_up.SLICES_PER_RUN * catching_up.SLOWEST_SLICE


def fail(postings):
    raise ZeroDivisionError


def test_a_slice_that_fails_leaves_what_is_due(acme, monkeypatch):
    a_table(acme)
    catching_up.index_account(acme, now=NOW)
    monkeypatch.setattr(writing.Postings, "write", fail)
    with pytest.raises(ZeroDivisionError):
        catching_up.catch_up(now=NOW, account=acme)
    monkeypatch.undo()
    assert not SearchEntry.objects.exists()
    catching_up.catch_up(now=NOW, account=acme)
    assert list(differences(acme)) == []


def test_counting_anew_that_is_noted_while_it_is_done_is_done_once_more(acme, monkeypatch):
    catching_up.index_account(acme, now=NOW)

    def count_beside_another(account):
        monkeypatch.undo()
        catching_up.index_account(account, now=NOW)

    monkeypatch.setattr(catching_up, "count_words", count_beside_another)
    catching_up.catch_up(now=NOW, account=acme)
    assert SearchDue.objects.filter(what=SearchDue.What.COUNTS).exists()


def test_an_older_process_leaves_an_index_that_newer_words_have_begun_to_the_newer(acme, monkeypatch):
    table, other = a_table(acme, name="orders"), a_table(acme, name="parcels")
    SearchEntry.objects.bulk_create([entry := newer_entry(table)])
    index_first(table, other)
    catching_up.index_account(acme, now=NOW)
    assert catching_up.catch_up(now=NOW) == catching_up.catch_up(now=NOW, account=acme) == 0
    assert (SearchEntry.objects.get().pk, SearchEntry.objects.get().words) == (entry.pk, {"newer": 7})
    for module in (writing, catching_up, checking):
        monkeypatch.setattr(module, "VERSION", words.VERSION + 1)
    index_all()
    assert set(SearchEntry.objects.values_list("asset", flat=True)) == {table.pk, other.pk}
    assert {"order"} <= SearchEntry.objects.get(pk=entry.pk).words.keys()
    assert list(differences(acme)) == []


def newer_entry(table):
    about = {"account": table.account, "kind": AssetKind.TABLE.value, "asset": table.pk, "indexed_at": NOW}
    return SearchEntry(words={"newer": 7}, version=words.VERSION + 1, **about)


def test_what_is_made_by_many_transactions_is_looked_through_once(acme, monkeypatch):
    monkeypatch.setattr(writing, "MAX_AT_ONCE", 2)
    monkeypatch.setattr(catching_up, "SLICE", 2)
    for _ in range(4):
        made = [a_table(acme).pk for _ in range(3)]
        writing.refresh_new(acme, {AssetKind.TABLE: made}, now=NOW)
    assert catching_up.catch_up(now=NOW, account=acme, slices=2) == 2
    writing.refresh_new(acme, {AssetKind.TABLE: made}, now=NOW)  # the job has not come to them yet
    assert catching_up.catch_up(now=NOW, account=acme) == 5  # the last of which is empty
    assert list(differences(acme)) == []


def test_a_query_that_newer_ones_push_out_leaves_the_index(acme, monkeypatch):
    table = a_table(acme)
    old, new = ran("select 1 as old", table), ran("select 2 as new", table, timestamp=NOW + timedelta(hours=1))
    index_all()
    assert SearchEntry.objects.filter(kind=QUERY).count() == 2
    monkeypatch.setattr(entries, "MAX_QUERIES", 1)
    writing.refresh(acme, {QUERY: [new.pk]}, now=NOW)
    work_off(acme)
    assert not SearchDue.objects.exists()
    assert not SearchEntry.objects.filter(asset=old.pk).exists()
    assert SearchEntry.objects.filter(asset=new.pk).exists()


def test_what_fails_in_one_account_holds_up_no_other(acme, umbrella, monkeypatch, caplog):
    monkeypatch.setattr(writing, "MAX_AT_ONCE", 0)
    tables = {account: a_table(account, name="secret_name") for account in (acme, umbrella)}
    for table in tables.values():
        index_first(table)
    take_slice = catching_up.take_slice

    def failing(first, *, now):
        if first.account == acme:
            raise ValueError("secret_name")
        take_slice(first, now=now)

    monkeypatch.setattr(catching_up, "take_slice", failing)
    monkeypatch.setattr(writing, "MAX_AT_ONCE", 500)
    catching_up.catch_up(now=NOW)
    assert [entry.account for entry in SearchEntry.objects.all()] == [umbrella]
    assert SearchDue.objects.filter(account=acme).exclude(what="counts").exists()
    assert "index_failed account=acme error=ValueError" in caplog.text
    assert "secret_name" not in caplog.text


def test_accounts_take_turns(acme, umbrella, monkeypatch):
    monkeypatch.setattr(writing, "MAX_AT_ONCE", 0)
    monkeypatch.setattr(catching_up, "SLICE", 1)
    monkeypatch.setattr(catching_up, "SLICES_PER_TURN", 1)
    for account in (acme, umbrella):
        index_first(*[a_table(account, name=f"t{number}") for number in range(3)])
    monkeypatch.setattr(writing, "MAX_AT_ONCE", 500)
    assert catching_up.catch_up(now=NOW, slices=2) == 2
    assert {entry.account for entry in SearchEntry.objects.all()} == {acme, umbrella}
