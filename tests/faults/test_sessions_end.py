"""Whoever is suspended is out on the next request, in every process of the shipped server, and stays out."""

import re

import pytest
import requests

from accounts import services
from accounts.models import User
from tests.factories import NOW, PASSWORD

pytestmark = pytest.mark.django_db(transaction=True)


def signed_in(base: str, user: User) -> requests.Session:
    session = requests.Session()
    session.headers["Connection"] = "close"  # each request may meet the other process
    form = session.get(f"{base}/accounts/login/", timeout=60).text
    (token,) = set(re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', form))
    data = {"login": user.email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    assert session.post(f"{base}/accounts/login/", data, timeout=60).url == f"{base}/assets/"
    return session


def answers(session: requests.Session, base: str) -> set[int]:
    """What ten requests are answered, without being led anywhere."""
    return {session.get(f"{base}/assets/", timeout=60, allow_redirects=False).status_code for _ in range(10)}


def change_status(user: User, status: User.Status) -> None:
    user.refresh_from_db()
    services.change_user(user, changes={"status": status}, shown=user.version, by=None, now=NOW)


def suspend_and_reactivate_the_person(carol, acme):
    change_status(carol, User.Status.SUSPENDED)
    yield
    change_status(carol, User.Status.ACTIVATED)


def suspend_and_reopen_the_account(carol, acme):
    services.suspend_account(acme, by=None, now=NOW)
    yield
    services.reopen_account(acme, by=None, now=NOW)


@pytest.mark.parametrize("way", [suspend_and_reactivate_the_person, suspend_and_reopen_the_account])
def test_two_sessions_end_in_both_processes_and_do_not_come_back(ada, carol, acme, server, way):
    base = f"http://127.0.0.1:{server[0]}"
    sessions = [signed_in(base, carol) for _ in range(2)]
    assert [answers(session, base) for session in sessions] == [{200}, {200}]
    suspension = way(carol, acme)
    next(suspension)
    assert [answers(session, base) for session in sessions] == [{302}, {302}]
    next(suspension, None)
    assert [answers(session, base) for session in sessions] == [{302}, {302}]
    assert answers(signed_in(base, carol), base) == {200}
