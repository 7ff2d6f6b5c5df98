"""A family of emails is a subject and its templates: nothing else of the outbox knows of it."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.template.loader import get_template

from accounts.audit import record_event
from accounts.models import PeopleEvent
from notifications import delivery, metrics, planning
from notifications.models import Email, InboxMessage, new_email
from notifications.subjects import register
from notifications.subjects.subject import Copy, Subject
from tests.factories import NOW

State = Email.State
TEMPLATES = Path(__file__).parent / "templates"


class Parcels(Subject):
    """About an account, and no token."""

    kinds = {"parcel_lost": "Parcel lost"}
    turned_up = False

    def context(self, email, *, now):
        return {"account_name": email.recipient.account.name}

    def refusal(self, email, facts, *, now):
        return State.SUPERSEDED if self.turned_up else None

    def recipients(self, event: PeopleEvent):
        return [Copy("parcel_lost", event.person)] if event.kind == "parcel" else []


@pytest.fixture
def parcels(monkeypatch, settings):
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [engine | {"DIRS": [*engine["DIRS"], TEMPLATES]}]
    subject = Parcels()
    monkeypatch.setattr(register, "SUBJECTS", (*register.SUBJECTS, subject))
    return subject


@pytest.fixture
def lost(parcels, carol):
    """The email to Carol about her parcel, planned."""
    record_event("parcel", carol, by=None, now=NOW)  # type: ignore[arg-type]  # of the test
    assert planning.plan_emails(NOW) == 1
    return Email.objects.get()


def test_a_new_kind_is_planned_once_and_sent(lost, acme):
    assert planning.plan_emails(NOW) == 0
    assert (lost.kind, lost.account, lost.token) == ("parcel_lost", acme, None)
    assert delivery.send_emails(NOW) == 1
    assert InboxMessage.objects.get().subject == "A parcel of Acme was lost"


def test_a_new_kind_is_asked_about_before_it_leaves(lost, parcels):
    parcels.turned_up = True
    assert delivery.send_emails(NOW) == 0
    assert Email.objects.get().state == State.SUPERSEDED


def test_a_new_kind_is_shown_and_counted(lost, signed_in, olga):
    pages = signed_in(olga)
    for address in ("email/?kind__exact=parcel_lost", "email/?q=acme", f"email/{lost.pk}/change/", "delivery/"):
        page = pages.get(f"/admin/notifications/{address}")
        assert page.status_code == 200
        assert "Parcel lost" in page.content.decode() or address == "delivery/"
    assert 'catalog_emails{kind="parcel_lost",state="pending"} 1.0' in metrics.exposition(NOW).decode()


def test_a_kind_of_a_newer_version_waits_for_it(carol):
    new_email(kind="of_tomorrow", recipient=carol, now=NOW).save()
    assert delivery.send_emails(NOW) == 0
    email = Email.objects.get()
    assert (email.state, email.last_error) == (State.PENDING, "UnknownKind")
    assert email.next_attempt_at - NOW < timedelta(minutes=1)


@pytest.mark.parametrize("kind", register.labels())
def test_every_kind_has_its_templates(kind):
    subject = register.subject_of(Email(kind=kind))
    for name in ("subject.txt", "body.txt", "body.html"):
        assert get_template(f"notifications/emails/{subject.folder(kind)}/{name}")


def test_no_two_subjects_share_a_kind():
    assert len(register.labels()) == sum(len(subject.kinds) for subject in register.SUBJECTS)
