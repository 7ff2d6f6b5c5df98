"""Questions meet everything at once: equal ones, killed workers, a broker that is away, callers who wait."""

import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from assistant import queue, services
from assistant.models import Citation, Conversation, Job
from devtools.environment import ROOT
from tests.api.graphql.asking import data
from tests.factories import ConversationFactory, JobFactory, UserFactory
from tests.faults.test_broker import Broker, broker  # noqa: F401  # a fixture
from tests.faults.test_delivery import kill, wait_for
from tests.faults.test_warehouse_races import at_once
from tests.processes import celery, environment, gunicorn
from tests.signing import sign_in
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

State = Job.State
MARKER = "zebrafinch"  # stands in every question, and in no log
ADD = "query($data: AddAiAssistantJobInput!) { addAiAssistantJob(data: $data) { data { id jobId } } }"
RESULT = "query($data: JobResultInput!) { getAiAssistantJobResult(data: $data) { data { status answer } } }"
FAST = {"ASSISTANT_INTERVAL": "0.2", "ASSISTANT_LEASE": "3", "HEARTBEAT_INTERVAL": "2"}
ALONE = ("--queues=assistant", "--without-gossip", "--without-mingle")
SLOW = (*ALONE, "--concurrency=1", "--include=tests.faults.slow_answers")


@pytest.fixture
def writer(acme, ada):
    return generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret


def call(port: int, token: str, query: str, **data: Any) -> dict[str, Any]:
    body = json.dumps({"query": query, "variables": {"data": data}}).encode()
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/public/graphql", body, headers)  # our own
    with urllib.request.urlopen(request, timeout=300) as answer:  # noqa: S310
        said: dict[str, Any] = json.loads(answer.read())
    assert "errors" not in said, said
    (found,) = said["data"].values()
    return dict(found["data"])


def add(port: int, token: str, number: int = 0) -> dict[str, Any]:
    given = {"question": f"Where is the {MARKER} {number}?", "email": "ada@acme.test", "externalConversationId": "1"}
    return call(port, token, ADD, **given)


def poll(port: int, token: str, job: str, seconds: int = 10) -> dict[str, Any]:
    return call(port, token, RESULT, id=job, delaySeconds=seconds)


# --- Races -------------------------------------------------------------------------------------


def test_a_hundred_equal_questions_at_once_are_one_job(writer, tmp_path):
    with gunicorn(tmp_path, WEB_CONCURRENCY="2") as (port, log), ThreadPoolExecutor(100) as programs:
        said = list(programs.map(lambda _: add(port, writer), range(100)))
    job, talk = Job.objects.get(), Conversation.objects.get()
    assert {tuple(one.values()) for one in said} == {(str(job.message_id), str(job.pk))}
    assert job.conversation == talk
    assert MARKER not in log.read_text()


def test_calls_that_ask_in_two_conversations_the_other_way_round_do_not_wait_for_each_other(writer, monkeypatch):
    asked_first, add_job = Barrier(2), services.add_job

    def add_and_wait(*args, **given):
        job = add_job(*args, **given)
        if given["question"] == "first":
            asked_first.wait(timeout=20)  # each call has one conversation, and wants that of the other
        return job

    monkeypatch.setattr(services, "add_job", add_and_wait)

    def call_of(*conversations):
        fields = [
            f'{name}: addAiAssistantJob(data: {{question: "{name}", email: "ada@acme.test", '
            f'externalConversationId: "{conversation}"}}) {{ data {{ jobId }} }}'
            for name, conversation in zip(("first", "second"), conversations, strict=True)
        ]
        return lambda: len(data(writer, f"{{ {' '.join(fields)} }}"))

    assert at_once(call_of("1", "2"), call_of("2", "1")) == [2, 2]
    assert Conversation.objects.count() == 2


def test_workers_that_claim_at_once_share_and_leave_conversations_in_order(db):
    talks = [ConversationFactory.create() for _ in range(3)]
    for talk in talks:
        JobFactory.create_batch(2, conversation=talk, created_at=timezone.now())
    now = timezone.now()
    taken = at_once(*[lambda: queue.claim(now)] * 6)
    claimed = [job for job in taken if job]
    assert sorted(job.conversation_id for job in claimed) == sorted(talk.pk for talk in talks)
    assert set(Job.objects.values_list("attempts", flat=True)) == {0, 1}


# --- Workers that die --------------------------------------------------------------------------


def ask_many(jobs: int) -> None:
    users = [UserFactory.create() for _ in range(4)]
    for number in range(jobs):
        talk = ConversationFactory.create(user=users[number % len(users)])
        JobFactory.create(conversation=talk, created_at=timezone.now(), question=f"{MARKER} {number}")


def kill_workers(jobs: int, kills: int, folder: Path) -> None:
    ask_many(jobs)
    noted = folder / "completed"
    noted.touch()
    command = [sys.executable, "-m", "tests.faults.answering", "4", str(kills), str(noted)]
    settings = environment(ASSISTANT_LEASE="2")
    done = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=True)
    states = Counter(Job.objects.values_list("state", flat=True))
    completed = Counter(noted.read_text().split())
    print(f"{jobs} questions, 4 workers, {done.stdout.strip()} SIGKILLs: {dict(states)}")
    assert int(done.stdout) == kills
    assert sum(states.values()) == states[State.COMPLETED] + states[State.RETRIES_EXHAUSTED] == jobs
    assert set(completed.values()) <= {1}
    assert all(job.answer == job.question for job in Job.objects.filter(state=State.COMPLETED))
    cited = Counter(Citation.objects.values_list("job", flat=True))
    assert set(cited.values()) == {1}
    assert len(cited) == states[State.COMPLETED]
    assert max(Job.objects.values_list("attempts", flat=True)) <= 3
    assert MARKER not in done.stderr


def test_killed_workers_leave_no_question_and_answer_none_twice(tmp_path):
    kill_workers(30, 8, tmp_path)


@pytest.mark.long
def test_fifty_killed_workers_leave_none_of_two_hundred_questions(tmp_path):
    kill_workers(200, 50, tmp_path)


def test_what_a_killed_worker_was_at_is_answered_by_the_next(ada, tmp_path):
    gate = tmp_path / "gate"
    gate.touch()
    first, second, beat = (tmp_path / name for name in ("first", "second", "beat"))
    for folder in (first, second, beat):
        folder.mkdir()
    pace = FAST | {"ANSWERS_HANG": str(gate)}
    job = JobFactory.create(conversation__user=ada, created_at=timezone.now(), question=MARKER)
    with celery("beat", beat, **pace):
        with celery("worker", first, *SLOW, **pace) as worker:
            assert wait_for(Job.objects.filter(state=State.ACTIVE).exists)
            kill(worker, "worker")
        gate.unlink()
        with celery("worker", second, *SLOW, **pace):
            assert wait_for(Job.objects.filter(state=State.COMPLETED).exists)
    job.refresh_from_db()
    assert (job.answer, job.attempts) == (MARKER, 2)
    assert MARKER not in "".join(log.read_text() for log in tmp_path.rglob("*.log"))


def test_with_all_workers_dead_a_poll_ends_the_job(server, writer):
    port, _ = server
    job = add(port, writer)["jobId"]
    Job.objects.update(state=State.ACTIVE, attempts=1, lease_until=timezone.now())
    Job.objects.update(expires_at=timezone.now())
    assert poll(port, writer, job) == {"status": "RETRIES_EXHAUSTED", "answer": queue.GIVEN_UP}


# --- A broker that is away ---------------------------------------------------------------------


def test_without_a_broker_questions_are_taken_and_polled_and_answered_when_it_is_back(writer, broker, tmp_path):  # noqa: F811
    assert isinstance(broker, Broker)
    pace = FAST | {"REDIS_URL": broker.url}
    with (
        gunicorn(tmp_path, **pace) as (port, log),
        celery("worker", tmp_path, *ALONE, "--concurrency=1", **pace),
        celery("beat", tmp_path, **pace),
    ):
        with broker.trouble("stopped"):
            job = add(port, writer)["jobId"]
            assert poll(port, writer, job, 0) == {"status": "ADDED", "answer": ""}
        assert wait_for(lambda: poll(port, writer, job)["status"] == "COMPLETED")
        assert MARKER not in log.read_text()
    assert MARKER not in "".join(log.read_text() for log in tmp_path.glob("*.log"))


def test_without_broker_and_beat_a_command_answers(writer, server, tmp_path):
    port, _ = server
    job = add(port, writer)["jobId"]
    done = subprocess.run(
        [sys.executable, "manage.py", "answer_questions"],
        cwd=ROOT, env=environment(), check=True, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout == "1 attempts made.\n"
    assert poll(port, writer, job)["status"] == "COMPLETED"
    assert MARKER not in done.stderr


# --- Callers who wait --------------------------------------------------------------------------


def open_transactions() -> int:
    """Of others in this database that do nothing at this moment."""
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'"
        )
        return int(cursor.fetchone()[0])


def first_done(calls: set[Future[Any]], number: int) -> set[Future[Any]]:
    """Those that are still not done when so many are."""
    total = len(calls)
    while total - len(calls) < number:
        _, calls = wait(calls, return_when=FIRST_COMPLETED)
    return calls


def test_pages_find_a_thread_while_as_many_callers_wait_as_may_and_no_transaction_is_open(ada, writer, tmp_path):
    """Two of the four threads wait; everybody beyond that is answered at once."""
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in sign_in(Client(), ada).cookies.items())
    with gunicorn(tmp_path, WEB_THREADS="4") as (port, _), ThreadPoolExecutor(8) as programs, ExitStack() as stack:
        job = add(port, writer)["jobId"]
        stack.callback(
            lambda: Job.objects.update(state=State.RETRIES_EXHAUSTED, finished_at=timezone.now(), answer=".")
        )
        waiting = first_done({programs.submit(poll, port, writer, job) for _ in range(8)}, 6)
        for path in ("/healthz", "/assets/"):
            request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookies})
            with urllib.request.urlopen(request, timeout=300) as page:  # noqa: S310  # our own page
                assert page.status == 200
        for _ in range(20):
            assert open_transactions() == 0
            time.sleep(0.02)
        Conversation.objects.update(last_at=timezone.now())  # nobody holds up a writer
        assert not any(call.done() for call in waiting)
        Job.objects.update(state=State.COMPLETED, finished_at=timezone.now(), answer="Here.")
        assert [call.result() for call in waiting] == [{"status": "COMPLETED", "answer": "Here."}] * 2
