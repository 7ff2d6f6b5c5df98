"""How long a question to the assistant takes, and what callers who wait for their answers cost everybody else.

    python3 dev.py bench questions [--calls N] [--questions N] [--rounds N] [--seconds N] [--short]

The demo, through GraphQL, without a language model.

- Asking: --calls questions, in turn with a call that reads nothing (`{ __typename }`), through the whole WSGI
  application. The difference in time of the processor, this process's and its PostgreSQL's, is the work of asking.
- Answers: gunicorn as it is shipped, one process; a worker with one process for all queues, and beat. --questions of
  the demo's are asked one after the other, with pauses of up to a second, and polled with `delaySeconds: 10`. Seconds
  from the question to COMPLETED.
- Waiting: as many callers as may wait (half of the threads) do so, again and again. Rounds with and without them take
  turns in random order, --seconds in all; meanwhile somebody opens `/healthz` and *Assets*. On PostgreSQL it is counted
  how many transactions of others stand open and do nothing.

Exits 1 when asking is more work than 50 ms (median of the differences), more than 5 % of the answers take longer than
3 s, a page takes more than 1.2 times as long while others wait (medians of a round, median of the ratios), or a
transaction stands open.
"""

import http.client
import io
import json
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client, RequestFactory
from django.utils import timezone

from accounts.models import Account, User
from assistant.models import Conversation, Job
from bench import figures
from bench.assistant import corpus
from bench.serving import server
from devtools.environment import ROOT
from devtools.processes import serve, stop
from tokens.scopes import Scope
from tokens.services import generate_token

ADD = "query($data: AddAiAssistantJobInput!) { addAiAssistantJob(data: $data) { data { id jobId } } }"
RESULT = "query($data: JobResultInput!) { getAiAssistantJobResult(data: $data) { data { status answer } } }"
NOTHING = "{ __typename }"
ADA = "ada@acme.test"
DEMO = Path(__file__).parent / "assistant" / "demo"
PAGES = ("/healthz", "/assets/")
EVERY = 0.05  # seconds from one page to the next
MOST_MS, MOST_SECONDS, MOST_RATIO = 50, 3, 1.2
OPEN = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND state LIKE 'idle in transaction%'
"""


def main() -> int:
    short = {"calls": 3, "questions": 1, "rounds": 1, "seconds": 1}
    given = figures.arguments(__doc__, short, calls=200, questions=60, rounds=30, seconds=120)
    with redirect_stdout(io.StringIO()):  # the passwords of people who are thrown away
        call_command("create_demo")
    acme = Account.objects.get(slug="acme")
    token = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret
    texts = [question.text for question in corpus.read_questions(DEMO) if question.gold]
    print(f"{connection.vendor}; medians (quartiles)\n")
    kept = asking(token, given.calls)
    with server(processes=1) as port:
        kept &= answers(port, token, random.choices(texts, k=given.questions))  # noqa: S311  # no secret
        kept &= waiting(port, token, given)
    return 0 if kept or given.short else 1


# --- Asking ----------------------------------------------------------------------------------------


def asking(token: str, calls: int) -> bool:
    passed: dict[str, list[float]] = {NOTHING: [], ADD: []}
    worked: dict[str, list[float]] = {NOTHING: [], ADD: []}
    called(token, ADD, data=question("Where is revenue?", 0))  # warms up
    for number in range(1, calls + 1):
        for query in random.sample(list(passed), len(passed)):
            begun, before = time.perf_counter(), processor()
            called(token, query, data=question("Where is revenue?", number))
            worked[query].append(1000 * (processor() - before))
            passed[query].append(1000 * (time.perf_counter() - begun))
        Conversation.objects.all().delete()  # or they would be more than may wait
    differences = [one - other for one, other in zip(worked[ADD], worked[NOTHING], strict=True)]
    print("| call | ms of the processor | ms |\n|---|---|---|")
    for query, name in ((ADD, "addAiAssistantJob"), (NOTHING, NOTHING)):
        print(f"| `{name}` | {figures.spread(worked[query], '.1f')} | {figures.spread(passed[query], '.1f')} |")
    return figures.verdict("milliseconds of work, of asking", statistics.median(differences), at_most=MOST_MS)


def processor() -> float:
    """Seconds that it has worked for this process and for its PostgreSQL (proc(5), schedstat)."""
    here = time.process_time()
    if connection.vendor != "postgresql":
        return here
    backend = connection.connection.info.backend_pid
    return here + int(Path(f"/proc/{backend}/schedstat").read_text().split()[0]) / 1e9


def question(text: str, number: int) -> dict[str, str]:
    return {"question": text, "email": ADA, "externalConversationId": f"measured {number}"}


def called(token: str, query: str, **variables: Any) -> None:
    """One call through the WSGI application."""
    body = json.dumps({"query": query, "variables": variables if "$" in query else {}})
    headers = {"Host": "127.0.0.1", "Authorization": f"Token {token}"}
    environ = RequestFactory().post("/public/graphql", body, "application/json", headers=headers).environ
    status, answer = figures.answered(environ)
    assert (status, b'"errors"' in answer) == ("200 OK", False), answer


# --- Answers ---------------------------------------------------------------------------------------


def answers(port: int, token: str, texts: list[str]) -> bool:
    with worker():
        answered(port, token, texts[0], 0)  # warms up
        seconds = []
        for number, text in enumerate(texts, 1):
            time.sleep(random.random())  # noqa: S311
            seconds.append(answered(port, token, text, number))
    p95 = statistics.quantiles(seconds, n=20)[18] if len(seconds) > 1 else seconds[0]
    print(f"\n| what | figure |\n|---|---|\n| from question to answer, s | {figures.spread(seconds, '.2f')} |")
    print(f"| the same, p95 of {len(seconds)} | {p95:.2f} |")
    return figures.verdict("p95 of the seconds to an answer", p95, at_most=MOST_SECONDS)


@contextmanager
def worker() -> Iterator[None]:
    """One that serves all queues, with beat."""
    command = [sys.executable, "-m", "celery", "--app=catalog_site", "worker", "--beat", "--concurrency=1"]
    with tempfile.TemporaryDirectory(prefix="catalog-bench-worker-") as folder:
        here = os.environ | {"CELERY_SKIP_CHECKS": "1"}
        process = serve(command, log=Path(folder, "worker.log"), cwd=ROOT, env=here)
        try:
            yield
        finally:
            stop(process, seconds=10)


def answered(port: int, token: str, text: str, number: int) -> float:
    """Seconds until it was COMPLETED, as its client sees it."""
    begun = time.perf_counter()
    job = asked(port, token, ADD, **question(text, number))["jobId"]
    while (status := poll(port, token, job)) != Job.State.COMPLETED:
        assert status != Job.State.RETRIES_EXHAUSTED, text
    return time.perf_counter() - begun


def poll(port: int, token: str, job: str) -> str:
    return str(asked(port, token, RESULT, id=job, delaySeconds=10)["status"])


def asked(port: int, token: str, query: str, **data: Any) -> dict[str, Any]:
    site = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
    site.request("POST", "/public/graphql", json.dumps({"query": query, "variables": {"data": data}}), headers)
    said = json.loads(site.getresponse().read())
    site.close()
    assert "errors" not in said, said
    [found] = said["data"].values()
    return dict(found["data"])


# --- Waiting ---------------------------------------------------------------------------------------


def waiting(port: int, token: str, given: Namespace) -> bool:
    seconds = given.seconds / (2 * given.rounds)
    cookie = signed_in()
    spent: dict[bool, dict[str, list[float]]] = {taken: {page: [] for page in PAGES} for taken in (False, True)}
    most_open = 0
    opened(port, cookie, seconds / 4)  # warms up
    for number in range(given.rounds):
        for taken in random.sample((False, True), 2):
            with callers(port, token, number) if taken else nobody():
                medians, most = opened(port, cookie, seconds)
            most_open = max(most_open, most)
            for page, values in spent[taken].items():
                values.append(medians[page])
    print("\n| page | ms | ms while all places to wait are taken | ratio |\n|---|---|---|---|")
    kept = True
    for page in PAGES:
        ratio = figures.ratios(spent[True][page], spent[False][page])
        cells = [figures.spread(spent[taken][page], ".1f") for taken in (False, True)]
        print(f"| `{page}` | {' | '.join(cells)} | {figures.spread(ratio, '.2f')} |")
        kept &= figures.verdict(f"`{page}` while others wait ÷ alone", statistics.median(ratio), at_most=MOST_RATIO)
    if connection.vendor == "postgresql":
        kept &= figures.verdict("transactions that stand open", most_open, at_most=0)
    return kept


@contextmanager
def nobody() -> Iterator[None]:
    yield


@contextmanager
def callers(port: int, token: str, number: int) -> Iterator[None]:
    """As many as may wait for a job that nobody is at; whoever comes besides is answered at once."""
    job = asked(port, token, ADD, **question(f"Who waits, {number}?", number))["jobId"]
    threads = [threading.Thread(target=poll_until_done, args=(port, token, job)) for _ in range(places())]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    begun = time.perf_counter()
    poll(port, token, job)
    assert time.perf_counter() - begun < 5, "there was still a place"
    try:
        yield
    finally:
        Job.objects.filter(pk=job).update(state=Job.State.COMPLETED, finished_at=timezone.now(), answer=".")
        for thread in threads:
            thread.join()


def places() -> int:
    return max(1, settings.WEB_THREADS // 2)


def poll_until_done(port: int, token: str, job: str) -> None:
    while poll(port, token, job) != Job.State.COMPLETED:
        pass


def signed_in() -> str:
    client = Client()
    client.force_login(User.objects.get(email=ADA))
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


def opened(port: int, cookie: str, seconds: float) -> tuple[dict[str, float], int]:
    """Milliseconds of each page, the median, and how many transactions stood open at most."""
    spent: dict[str, list[float]] = {page: [] for page in PAGES}
    most, until = 0, time.monotonic() + seconds
    while time.monotonic() < until or not spent[PAGES[-1]]:
        for page, values in spent.items():
            begun = time.perf_counter()
            site = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
            site.request("GET", page, headers={"Cookie": cookie})
            answer = site.getresponse()
            answer.read()
            values.append(1000 * (time.perf_counter() - begun))
            assert answer.status == 200, (page, answer.status)
            site.close()
            most = max(most, open_transactions())
        time.sleep(EVERY)
    return {page: statistics.median(values) for page, values in spent.items()}, most


def open_transactions() -> int:
    if connection.vendor != "postgresql":
        return 0
    with connection.cursor() as cursor:
        cursor.execute(OPEN)
        return int(cursor.fetchone()[0])


if __name__ == "__main__":
    sys.exit(main())
