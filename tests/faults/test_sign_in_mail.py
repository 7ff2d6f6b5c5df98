"""Mail of sign-in, with the real server: a page never waits for the provider, and its time tells nobody who exists."""

import http.client
import random
import re
import select
import socket
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import timezone

from accounts.models import PasswordResetRequest
from accounts.sign_in import ask_for_password_link
from notifications import planning
from notifications.models import Email
from tests.factories import AccountFactory, UserFactory
from tests.faults.test_delivery import FAST, kill_senders, wait_for
from tests.mailserver import MailServer, running
from tests.processes import celery, gunicorn, healthy

pytestmark = pytest.mark.django_db(transaction=True)

FORM = "/accounts/password/reset/"
PROXIED = {"TRUSTED_PROXY_COUNT": "1"}  # so that each question has an IP address of its own, and no limit


def smtp(port: int) -> dict[str, str]:
    backend = "django.core.mail.backends.smtp.EmailBackend"
    return {"EMAIL_BACKEND": backend, "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)}


class Visitor:
    """Somebody at the page for forgotten passwords, with a connection that is kept."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        page = self.ask("GET", {})
        [self.token] = re.findall(r'csrfmiddlewaretoken" value="(\w+)"', self.body)
        [self.cookie] = re.findall(r"catalog-csrf=\w+", page.headers["Set-Cookie"])

    def ask(self, method: str, headers: dict[str, str], body: str = "") -> http.client.HTTPResponse:
        self.connection.request(method, FORM, body, headers)
        answer = self.connection.getresponse()
        self.body = answer.read().decode()
        return answer

    def forget(self, address: str) -> float:
        """Ask for a link to this address; returns the seconds that it took."""
        numbers = [str(random.randrange(1, 255)) for _ in range(3)]
        headers = {"Cookie": self.cookie, "Content-Type": "application/x-www-form-urlencoded"}
        headers["X-Forwarded-For"] = ".".join(["10", *numbers])
        body = urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, "email": address})
        begun = time.perf_counter()
        answer = self.ask("POST", headers, body)
        took = time.perf_counter() - begun
        assert answer.status == 302, answer.status
        return took


def test_a_mail_server_that_hangs_holds_up_nobody(tmp_path):
    people = UserFactory.create_batch(16)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and never says a word
        with (
            gunicorn(tmp_path, **PROXIED, **smtp(silent.getsockname()[1])) as (port, _),
            ThreadPoolExecutor(16) as pool,
        ):
            asking = pool.map(lambda person: Visitor(port).forget(person.email), people)
            assert healthy(port)
            assert len(list(asking)) == 16
        assert select.select([silent], [], [], 0)[0] == []  # nobody has called it
    assert planning.plan_emails(timezone.now()) == 16


def ask_for_links(people: int) -> None:
    for _ in range(people):
        ask_for_password_link(UserFactory.create().email, now=timezone.now())
    planning.plan_emails(timezone.now())


def test_killed_senders_lose_no_link():
    kill_senders(30, 6, idempotent=False, owe=ask_for_links)
    assert set(Email.objects.values_list("kind", flat=True)) == {"password_reset"}


@pytest.mark.long
def test_time_does_not_tell_who_exists(tmp_path):
    """The chance that a known address takes longer than an unknown one: a half, whatever the mail server does."""
    account, each = AccountFactory.create(), 200
    known = [UserFactory.create(account=account).email for _ in range(each)]
    questions = known + [f"nobody{number}@example.test" for number in range(each)]
    random.shuffle(questions)
    with running(MailServer(latency=0.3)) as server:
        pace = FAST | smtp(server.port)
        jobs = celery("worker", tmp_path, "--concurrency=1", **pace), celery("beat", tmp_path, **pace)
        with gunicorn(tmp_path, **PROXIED, **smtp(server.port)) as (port, _), jobs[0], jobs[1]:
            visitor = Visitor(port)
            took = {address: visitor.forget(address) for address in questions}
            assert wait_for(lambda: not PasswordResetRequest.objects.exists())
            assert Email.objects.count() == each
    found = auc([took[one] for one in known], [took[one] for one in questions if one not in set(known)])
    print(f"{2 * each} requests, a mail server that takes 300 ms: AUC {found:.3f}")
    assert abs(found - 0.5) < 0.1


def auc(those: list[float], others: list[float]) -> float:
    """How often one of those is above one of the others."""
    above = sum((a > b) + (a == b) / 2 for a in those for b in others)
    return above / (len(those) * len(others))
