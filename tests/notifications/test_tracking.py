"""What Postmark reports, through the address that it calls."""

import base64
import json
from datetime import timedelta

import pytest
from anymail.signals import AnymailTrackingEvent

from accounts.models import User
from notifications import tracking
from notifications.models import Email, new_email
from tests.factories import NOW, UserFactory
from tests.shipped import answered, environment, in_chunks

State = Email.State
SECRET = "postmark:a-long-password"
EVENTS = {
    "delivered": {"RecordType": "Delivery", "DeliveredAt": "2026-11-24T12:00:00Z"},
    "bounced": {"RecordType": "Bounce", "Type": "HardBounce", "Description": "no such mailbox"},
    "full": {"RecordType": "Bounce", "Type": "SoftBounce", "Description": "mailbox full"},
    "later": {"RecordType": "Bounce", "Type": "Transient"},
    "complained": {"RecordType": "SpamComplaint", "Type": "SpamComplaint"},
    "opened": {"RecordType": "Open"},
}


@pytest.fixture(autouse=True)
def configured(settings):
    settings.EMAIL_WEBHOOK_SECRET = SECRET
    settings.ANYMAIL = {"WEBHOOK_SECRET": SECRET}


@pytest.fixture
def sent(planned):
    Email.objects.update(state=State.SENT, sent_at=NOW, provider_id="pm-1", attempts=1)
    return planned


def post(client, body, secret=SECRET, provider="postmark"):
    headers = {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()} if secret else {}
    return client.post(f"/mail/{provider}/", body, content_type="application/json", headers=headers)


def ours(email: Email) -> dict[str, str]:
    """What our message carried to the provider."""
    return {"catalog_message_id": email.message_id}


def report(client, *names, **fields):
    facts = {"MessageID": "pm-1", "Recipient": "ada@acme.test", "Email": "ada@acme.test"} | fields
    for name in names:
        assert post(client, json.dumps(EVENTS[name] | facts)).status_code == 200
    return Email.objects.get().state


@pytest.mark.parametrize(
    ("names", "state"),
    [
        (["delivered"], State.DELIVERED),
        (["bounced"], State.BOUNCED),
        (["complained"], State.COMPLAINED),
        (["later", "opened"], State.SENT),
        (["delivered", "delivered"], State.DELIVERED),
        (["bounced", "delivered"], State.BOUNCED),
        (["complained", "bounced", "delivered"], State.COMPLAINED),
    ],
)
def test_a_graver_word_wins_in_any_order_and_number(client, sent, names, state):
    assert report(client, *names) == state


def test_a_report_in_chunks_is_read(sent):
    body = json.dumps(EVENTS["bounced"] | {"MessageID": "pm-1", "Email": "ada@acme.test"}).encode()
    signed = "Basic " + base64.b64encode(SECRET.encode()).decode()
    environ = environment("POST", "/mail/postmark/", body, "application/json", authorization=signed)
    assert answered(in_chunks(environ)).status_code == 200
    assert Email.objects.get().state == State.BOUNCED


def test_a_word_that_comes_before_our_own_mark_finds_the_email_by_our_id(client, planned):
    Email.objects.update(state=State.SENDING, lease_until=NOW + timedelta(minutes=1), attempts=1)
    assert report(client, "delivered", MessageID="new", Metadata=ours(planned)) == State.DELIVERED
    assert Email.objects.get().sent_at


@pytest.mark.parametrize("identity", ["unknown", "", "x\x00y", "ü" * 999])
def test_mail_that_is_not_ours_does_no_harm(client, sent, identity):
    assert report(client, "bounced", MessageID=identity) == State.SENT


def test_a_hard_bounce_ends_mail_to_the_address_and_alerts_when_it_was_the_last(client, sent, acme, ada, caplog):
    report(client, "bounced")
    ada.refresh_from_db()
    assert not ada.is_reachable
    assert "last_administrator_unreachable account=acme" in caplog.text


def test_a_bounce_of_an_old_address_says_nothing_of_the_new_one(client, sent, ada):
    User.objects.update(email="ada.new@acme.test")
    report(client, "bounced")
    ada.refresh_from_db()
    assert ada.is_reachable
    assert not ada.bounced_address


def test_a_hard_bounce_is_no_alert_while_somebody_else_is_told(client, sent, acme, caplog):
    UserFactory.create(account=acme, role=User.Role.ADMIN)
    report(client, "bounced")
    assert "last_administrator_unreachable" not in caplog.text


def test_a_full_mailbox_is_not_for_good(client, sent, ada):
    assert report(client, "full") == State.BOUNCED
    ada.refresh_from_db()
    assert ada.is_reachable


@pytest.mark.parametrize("secret", ["", "postmark:wrong", "wrong:a-long-password"])
def test_a_wrong_secret_is_refused(client, sent, secret):
    assert post(client, json.dumps(EVENTS["bounced"] | {"MessageID": "pm-1"}), secret=secret).status_code == 403
    assert Email.objects.get().state == State.SENT


def test_without_a_secret_of_ours_nobody_reports(client, sent, settings):
    settings.EMAIL_WEBHOOK_SECRET = ""
    assert post(client, "{}").status_code == 404


@pytest.mark.parametrize("provider", ["nobody", "postmark_inbound"])
def test_unknown_providers_are_not_found(client, db, provider):
    assert post(client, "{}", provider=provider).status_code == 404


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", "1", '"x"', "{}", '{"RecordType": 1}', "x" * 2**20, b"\xff\xfe", '{"a":' * 5000]
)
def test_garbage_is_no_report(client, db, body):
    assert post(client, body).status_code in {200, 400}


def test_a_body_without_end_is_refused(client, db, settings):
    assert post(client, "x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)).status_code == 413


@pytest.mark.parametrize(
    "provider",
    [
        "amazon_ses",
        "brevo",
        "mailersend",
        "mailgun",
        "mailjet",
        "mailtrap",
        "postal",
        "resend",
        "sendgrid",
        "sparkpost",
    ],
)
@pytest.mark.parametrize("body", ["{", "[]", "{}", "null", '[{"event": {}}]'])
def test_no_provider_s_garbage_is_a_server_error(client, db, provider, body):
    assert post(client, body, provider=provider).status_code in {200, 400, 403, 404}


@pytest.mark.parametrize("state", [State.PENDING, State.FAILED])
def test_a_delivery_whose_answer_was_lost_is_not_sent_again(client, planned, state):
    Email.objects.update(state=state, attempts=1)
    assert report(client, "delivered", MessageID="new", Metadata=ours(planned)) == "delivered"


def test_nothing_that_was_never_tried_can_be_delivered(client, planned):
    assert report(client, "delivered", MessageID="new", Metadata=ours(planned)) == State.PENDING


def test_a_hard_bounce_after_a_soft_one_still_ends_mail_to_the_address(client, sent, ada):
    report(client, "full", "bounced")
    ada.refresh_from_db()
    assert not ada.is_reachable


def test_of_an_email_with_a_link_no_words_of_the_provider_are_kept(client, ada):
    fields = {"kind": "password_reset", "address": ada.email, "provider_id": "pm-1", "attempts": 1}
    new_email(recipient=ada, now=NOW, state=State.SENT, sent_at=NOW, **fields).save()
    assert report(client, "bounced", Description="turned away: https://…/password/reset/key/1-key/") == State.BOUNCED
    assert Email.objects.get().last_error == "bounced"


@pytest.mark.parametrize(
    ("raw", "for_good"),
    [
        ({"event": "hard_bounce"}, True),
        ({"event": "soft_bounce"}, False),
        ({"bounceType": "Permanent"}, True),
        ({"bounceType": "Transient"}, False),
        ({"bounce_class": "10"}, True),
        ({"bounce_class": 22}, False),
        ({"reason": "452 4.2.2 mailbox full"}, False),
        ({}, True),
        (None, True),
    ],
)
def test_only_what_is_for_good_ends_mail_to_an_address(raw, for_good):
    event = AnymailTrackingEvent(event_type="bounced", reject_reason="bounced", esp_event=raw)
    assert tracking.is_permanent(event) == for_good
