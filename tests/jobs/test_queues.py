import re

import pytest

from catalog_site.celery import app
from devtools import supervisor
from devtools.environment import ROOT
from jobs import queues
from notifications import tasks

SERVED = re.compile(r"^(worker[\w-]*): .*--queues=(\w+)", re.MULTILINE)


@pytest.mark.parametrize(
    ("task", "queue"),
    [
        ("notifications.tasks.sweep", "emails"),
        ("ingestion.tasks.run_import", "imports"),
        ("assistant.tasks.answer_questions", "assistant"),
        ("accounts.tasks.forget_old_entries", "default"),
    ],
)
def test_an_app_s_jobs_go_to_its_queue(task, queue):
    assert app.amqp.router.route({}, task)["queue"].name == queues.queue_of(task) == queue


def test_a_job_may_take_as_long_as_its_queue_allows(settings):
    @app.task(name="ingestion.tasks.run_import")
    def run_import():
        pass

    job = app.tasks.pop("ingestion.tasks.run_import")
    assert (job.soft_time_limit, job.time_limit) == settings.QUEUE_LIMITS["imports"]
    assert tasks.sweep.time_limit == settings.QUEUE_LIMITS["emails"][1]


def test_nobody_is_given_a_job_that_may_still_be_at_work(settings):
    longest = max(hard for _, hard in settings.QUEUE_LIMITS.values())
    assert settings.CELERY_BROKER_TRANSPORT_OPTIONS["visibility_timeout"] > longest
    assert settings.QUEUE_LIMITS["emails"][1] < settings.EMAIL_LEASE


def test_a_queue_is_expected_to_be_served_as_soon_as_its_app_is_there(settings):
    assert queues.expected() == ["emails", "default", "imports", "assistant"]
    settings.INSTALLED_APPS = [app for app in settings.INSTALLED_APPS if app != "ingestion"]
    assert queues.expected() == ["emails", "default", "assistant"]


def test_the_site_is_ready_without_whoever_answers_questions_and_imports_files_that_cannot_come():
    assert queues.required() == ["emails", "default"]


def test_the_procfile_has_a_worker_for_each_queue_that_has_jobs():
    named = {queues.worker_of(queue): queue for queue in queues.expected()}
    assert dict(SERVED.findall((ROOT / "Procfile").read_text())) == named


def test_the_local_stack_serves_each_queue_that_has_jobs_and_answers_apart():
    served = [queue for queues_of_one in supervisor.WORKERS.values() for queue in queues_of_one]
    assert sorted(served) == sorted(queues.expected())
    assert ("assistant",) in supervisor.WORKERS.values()


def test_each_queue_that_has_jobs_is_asked_for_a_sign_of_life():
    asked = {entry["options"].get("queue") for entry in app.conf.beat_schedule.values()}
    assert asked == {None, *queues.expected()}
