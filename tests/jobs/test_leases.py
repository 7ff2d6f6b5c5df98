"""A job of a table that the tests make, as imports and the assistant will have."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, models, transaction
from django.test.utils import isolate_apps

from jobs.leases import MAX_CLOCK_SKEW, MAX_ROWS_PER_CLAIM, LeasedQuerySet, LeasedRow, leased_exactly_while
from tests.factories import NOW

SECOND = timedelta(seconds=1)

with isolate_apps("jobs"):  # no migration misses it

    class Import(LeasedRow):
        """One of a source at a time."""

        WAITING = ("waiting", "failed")
        HELD = "importing"
        FIRST_DELAY, LONGEST_DELAY, FACTOR = 2 * SECOND, timedelta(minutes=1), 5

        source = models.IntegerField()
        stamp = models.IntegerField(default=0)
        phase = models.CharField(max_length=20, blank=True)

        objects = LeasedQuerySet["Import"].as_manager()

        class Meta:
            app_label = "jobs"
            constraints = (
                leased_exactly_while("importing", name="import_leased"),
                models.UniqueConstraint(fields=("source",), condition=models.Q(state="importing"), name="import_alone"),
            )

        @classmethod
        def lease(cls):
            return 120 * SECOND


@pytest.fixture(scope="module", autouse=True)
def table(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        with connection.schema_editor() as editor:
            editor.create_model(Import)
        yield
        with connection.schema_editor() as editor:
            editor.delete_model(Import)


@pytest.fixture
def job(db):
    return Import.objects.create(source=1, state="waiting", next_attempt_at=NOW)


def claimed(now=NOW):
    return Import.objects.all().claim(now)


def test_a_job_is_claimed_once_and_counts_the_attempt(job):
    mine = claimed()
    assert (mine.pk, mine.state, mine.attempts, mine.lease_until) == (job.pk, "importing", 1, NOW + 120 * SECOND)
    assert claimed() is None


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_each_gets_rows_of_its_own():
    Import.objects.bulk_create(Import(source=n, state="waiting", next_attempt_at=NOW) for n in range(40))

    def work(_):
        mine = []
        while job := claimed():
            mine.append(job.pk)
        connection.close()
        return mine

    with ThreadPoolExecutor(4) as threads:
        done = sorted(pk for mine in threads.map(work, range(4)) for pk in mine)
    assert done == sorted(Import.objects.filter(attempts=1).values_list("pk", flat=True))
    assert Import.objects.all().delete()[0] == len(done) == 40


def test_it_waits_for_its_time(job):
    Import.objects.update(attempts=1, next_attempt_at=NOW + SECOND)
    assert claimed() is None
    assert claimed(NOW + SECOND).pk == job.pk


def test_it_is_taken_over_when_the_lease_ran_out_and_the_first_one_changes_nothing(job):
    first = claimed()
    assert claimed(NOW + 119 * SECOND) is None
    second = claimed(NOW + 120 * SECOND)
    assert (first.pk, second.attempts) == (second.pk, 2)
    assert not first.renew(now=NOW, phase="reading")
    assert not first.settle(state="imported")
    assert second.settle(state="imported", phase="done")
    job.refresh_from_db()
    assert (job.state, job.lease_until, job.phase) == ("imported", None, "done")


def test_who_holds_on_is_not_taken_over_and_says_how_far_it_is(job):
    mine = claimed()
    assert mine.renew(now=NOW + 100 * SECOND, phase="checking")
    assert claimed(NOW + 219 * SECOND) is None
    assert Import.objects.get().phase == "checking"
    assert mine.settle(state="imported")


def test_what_is_settled_is_settled_once(job):
    mine = claimed()
    assert mine.settle(state="imported")
    assert not mine.settle(state="failed")
    assert not mine.renew(now=NOW)
    assert claimed(NOW + timedelta(days=1)) is None


def test_what_a_lost_lease_wrote_can_be_rolled_back_with_it(job):
    def merge(mine):
        with transaction.atomic():
            Import.objects.create(source=2, state="imported", next_attempt_at=NOW)
            if not mine.settle(state="imported"):
                raise InterruptedError

    first, second = claimed(), claimed(NOW + 120 * SECOND)
    with pytest.raises(InterruptedError):
        merge(first)
    merge(second)
    assert Import.objects.filter(source=2).count() == 1


@pytest.mark.parametrize(("excess", "taken"), [(timedelta(), False), (SECOND, True)])
def test_a_lease_that_no_right_clock_can_have_given_is_void(job, excess, taken):
    Import.objects.update(state="importing", lease_until=Import.latest_lease_end(NOW + MAX_CLOCK_SKEW) + excess)
    assert bool(claimed()) is taken


@pytest.mark.parametrize(("excess", "taken"), [(timedelta(), False), (SECOND, True)])
def test_a_delay_that_no_right_clock_can_have_given_is_void(job, excess, taken):
    Import.objects.update(attempts=1, next_attempt_at=Import.latest_attempt(NOW + MAX_CLOCK_SKEW) + excess)
    assert bool(claimed()) is taken


def test_what_nobody_has_tried_waits_for_nothing(job):
    Import.objects.update(next_attempt_at=NOW + SECOND)
    assert claimed()


def test_the_oldest_comes_first_unless_another_order_is_asked_for(job):
    later = Import.objects.create(source=2, stamp=1, state="failed", next_attempt_at=NOW - SECOND)
    assert Import.objects.order_by("stamp").claim(NOW) == job
    assert claimed().pk == later.pk


def test_only_these_rows_are_claimed(job):
    assert Import.objects.exclude(source=1).claim(NOW) is None


def test_a_row_that_a_constraint_refuses_is_left_out(job):
    Import.objects.create(source=1, state="waiting", next_attempt_at=NOW + SECOND)
    other = Import.objects.create(source=2, state="waiting", next_attempt_at=NOW + 2 * SECOND)
    assert [claimed(NOW + 3 * SECOND).source, claimed(NOW + 3 * SECOND).pk] == [1, other.pk]
    assert claimed(NOW + 3 * SECOND) is None


def test_a_claim_gives_up_when_others_are_always_faster(job, monkeypatch):
    Import.objects.bulk_create(
        Import(source=1, state="waiting", next_attempt_at=NOW + SECOND) for _ in range(MAX_ROWS_PER_CLAIM)
    )
    assert claimed(NOW + SECOND).pk == job.pk
    assert claimed(NOW + SECOND) is None


def test_a_lease_in_no_other_state_is_impossible(job):
    with pytest.raises(IntegrityError), transaction.atomic():
        Import.objects.update(lease_until=NOW)


def test_delays_grow_by_the_factor_up_to_the_longest(job):
    def delay(attempts):
        job.attempts = attempts
        return job.delay().total_seconds()

    assert [delay(attempts) for attempts in (0, 1, 2, 3, 4, 999)] == [2, 2, 10, 50, 60, 60]


@pytest.mark.parametrize(("chosen", "seconds"), [(min, 1.6), (max, 2.4)])
def test_what_failed_together_does_not_come_back_together(job, monkeypatch, chosen, seconds):
    monkeypatch.setattr("random.uniform", lambda *bounds: chosen(bounds))
    assert job.backoff().total_seconds() == seconds
