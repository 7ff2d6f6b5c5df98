"""Questions are asked, one fails, with a real server, worker and broker: no word of them stands outside their rows."""

import base64
import re
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest
import redis
from django.conf import settings
from django.test import Client
from django.utils import timezone

from assistant.models import Job
from assistant.tasks import answer_questions
from tests.catalog.factories import a_table
from tests.catalog.keeping import index_all
from tests.faults.failing_answers import FAILS
from tests.faults.test_assistant import ADD, ALONE, call, poll
from tests.faults.test_delivery import wait_for
from tests.processes import celery
from tests.signing import sign_in
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db(transaction=True)

MARKER = "quetzalcoatlus"  # stands in each question, and in the text that is quoted
BODY = re.compile(r'"body": ?"([A-Za-z0-9+/=]+)"')  # of a Celery message


@contextmanager
def commands() -> Iterator[list[str]]:
    """What the broker is told while the block runs, by whomever, with the bodies of Celery's messages in plain text."""
    valkey = redis.Redis.from_url(settings.REDIS_URL)
    said: list[str] = []
    with valkey.monitor() as monitor:
        listener = threading.Thread(target=lambda: said.extend(until_the_end(monitor)))
        listener.start()
        try:
            yield said
        finally:
            valkey.echo("that is all")
            listener.join()
            valkey.close()


def until_the_end(monitor: "redis.client.Monitor") -> Iterator[str]:
    for entry in monitor.listen():
        told = entry["command"].replace("\\", "")
        yield told
        yield from (base64.b64decode(body).decode() for body in BODY.findall(told))
        if told == "ECHO that is all":
            return


def get(port: int, path: str, **headers: str) -> None:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=300) as page:  # noqa: S310  # our own
        assert page.status == 200


def ask(port: int, token: str, question: str) -> str:
    given = {"question": question, "email": "ada@acme.test", "externalConversationId": question[:3]}
    return str(call(port, token, ADD, **given)["jobId"])


def test_no_word_of_a_question_is_in_logs_metrics_broker_or_errors(server, acme, ada, client, settings, tmp_path):
    port, log = server
    token = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret
    session = "; ".join(f"{name}={morsel.value}" for name, morsel in sign_in(Client(), ada).cookies.items())
    a_table(acme, description_raw=f"Each {MARKER} of the day.")
    index_all()
    failing = (*ALONE, "--concurrency=1", "--include=tests.faults.failing_answers")
    with commands() as told, celery("worker", tmp_path, *failing, LOG_LEVEL="debug"):
        answered, failed = ask(port, token, f"Where is the {MARKER}?"), ask(port, token, f"Any {FAILS} or {MARKER}?")
        answer_questions.delay()
        assert wait_for(lambda: set(Job.objects.values_list("state", flat=True)) == {"COMPLETED", "FAILED"})
        assert MARKER in poll(port, token, answered)["answer"]
        get(port, f"/ask/?q={MARKER}", Cookie=session)
        get(port, f"/assets/?q={MARKER}", Cookie=session)
        get(port, f"/public/graphql?query={quote(f'{{ __typename }} # {MARKER}')}", Authorization=token)
    settings.METRICS_TOKEN = "m" * 20
    metrics = client.get("/metrics", headers={"Authorization": f"Bearer {settings.METRICS_TOKEN}"}).content.decode()
    error = Job.objects.get(pk=failed).error
    said = {"broker": "\n".join(told), "metrics": metrics, "worker": (tmp_path / "worker.log").read_text()}
    said |= {"web": log.read_text(), "error": error}
    for where, there in {  # what shows that each was listened to
        "broker": "\n[[], {}, ",
        "metrics": 'assistant_jobs_total{state="COMPLETED"',
        "worker": f"answer_failed job={failed} attempt=1 error=ValueError",
        "web": "/public/graphql",
        "error": "ValueError in failing_answers.py",
    }.items():
        assert there in said[where], where
    assert [where for where, text in said.items() if MARKER in text or FAILS in text] == []
