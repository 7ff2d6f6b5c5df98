from datetime import timedelta
from unittest.mock import Mock

import pytest
import requests
from django.core.mail import EmailMultiAlternatives

from accounts.models import Account
from notifications import delivery, events, planning
from notifications.emails import message_for
from notifications.models import Email
from tests.factories import NOW
from tokens import keys
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

NASTY = [
    "<script>alert(1)</script>", "<b>", "&amp;", '"quoted"', "'single'", "</td></tr>", "{{ token }}", "{% now 'Y' %}",
    "=1+1", "@SUM(A1)", "-2", "+3", "مرحبا", "\u202egnp.exe", "👩‍🚀", "%s %(x)s", "\\r\\n", "Bcc: a@b.test",
    "javascript:alert(1)",
    "a" * 80,
]  # fmt: skip


def alternative(message) -> str:
    return str(message.alternatives[0].content)


def test_the_email_says_what_happened_and_never_the_value(planned, issued):
    message = message_for(planned, now=NOW)
    for said in ("Acme", "Claude", "Read only", issued.token.mask, "ada@acme.test", "24 November 2027, 12:00 UTC"):
        assert said in message.body
        assert said in alternative(message)
    assert "(in 365 days)" in message.body
    assert "http://localhost:8000/settings/api/" in message.body
    assert keys.parse(issued.secret).secret not in message.message().as_string()


def test_every_attempt_carries_the_same_identity(planned):
    first, second = (message_for(planned, now=NOW).extra_headers for _ in range(2))
    assert first == second
    assert first["Message-ID"] == planned.message_id
    assert first["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_are_text(acme, ada, name):
    generate_token(acme, scope=Scope.READ_ONLY, name=name, by=None, now=NOW)
    events.plan_token_events(NOW)
    message = message_for(Email.objects.get(), now=NOW)
    assert name in message.body
    assert "<script>alert" not in alternative(message)
    assert "\n" not in message.subject
    message.message().as_bytes()


def test_a_newline_in_an_account_s_name_cannot_add_a_header(acme, planned):
    planned.event.token.account.name = "Acme\r\nBcc: everybody@example.test"
    message = message_for(planned, now=NOW)
    assert message.message()["Bcc"] is None
    assert "\n" not in message.subject


def test_the_subject_tells_replaced_from_generated_and_revoked(acme, planned, issued):
    newer = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=NOW, replaces=issued.token.pk)
    revoke_token(newer.token, by=None, now=NOW)
    events.plan_token_events(NOW)
    subjects = [message_for(email, now=NOW).subject for email in Email.objects.order_by("pk")]
    assert [subject.split(" by ")[0] for subject in subjects] == [
        "Acme: Read only API token generated",
        "Acme: Read only API token replaced",
        "Acme: Read only API token revoked",
    ]


def notice(issued, days) -> EmailMultiAlternatives:
    """The message about the token's expiry, so many days before it."""
    now = issued.token.expires_at - timedelta(days=days)
    planning.sweep(now)
    return message_for(Email.objects.get(event=None), now=now)


@pytest.mark.parametrize(
    ("days", "subject"),
    [
        (30, "Acme: replace the Read only API token, it expires in 30 days (24 November 2027)"),
        (6.2, "Acme: replace the Read only API token, it expires in 7 days (24 November 2027)"),
        (0.1, "Acme: replace the Read only API token, it expires in 1 day (24 November 2027)"),
        (0, "Acme: the Read only API token has expired, generate a new one"),
    ],
)
def test_a_tired_administrator_knows_by_the_subject_what_to_do(issued, ada, days, subject):
    assert notice(issued, days).subject == subject


@pytest.mark.parametrize("days", [30, 7, 1, 0])
def test_an_expiry_notice_says_which_token_when_and_what_replacing_does(issued, ada, days):
    message = notice(issued, days)
    for said in ("Acme", "Claude", "Read only", issued.token.mask, "24 November 2027, 12:00 UTC", "/settings/api/"):
        assert said in message.body
        assert said in alternative(message)
    assert ("revokes the current token at once" in message.body) == (days > 0)
    assert keys.parse(issued.secret).secret not in message.message().as_string()


def test_nothing_in_the_html_is_loaded_from_anywhere(issued, ada):
    assert "src=" not in alternative(notice(issued, 7))
    assert "@import" not in alternative(notice(issued, 7))


def test_headers_say_that_a_machine_wrote_it_and_where_answers_go(planned, settings):
    settings.EMAIL_REPLY_TO = ["catalog-admins@acme.test"]
    message = message_for(planned, now=NOW).message()
    assert message["List-Id"] == "Catalog notices <notices.localhost>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Reply-To"] == "catalog-admins@acme.test"


PROVIDERS = {
    "brevo": {"API_KEY": "x"}, "mailersend": {"API_TOKEN": "x"}, "mailgun": {"API_KEY": "x", "SENDER_DOMAIN": "x.test"},
    "mailjet": {"API_KEY": "x", "SECRET_KEY": "x"}, "mailtrap": {"API_TOKEN": "x"}, "mandrill": {"API_KEY": "x"},
    "postal": {"API_KEY": "x", "API_URL": "https://postal.test"}, "postmark": {"SERVER_TOKEN": "x"},
    "resend": {"API_KEY": "x"}, "sendgrid": {"API_KEY": "x"}, "sparkpost": {"API_KEY": "x"},
    "unisender_go": {"API_KEY": "x", "API_URL": "https://unisender.test/"},
}  # fmt: skip


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("days", [7, 0])
def test_hostile_names_reach_no_provider_as_headers(settings, monkeypatch, issued, ada, provider, days):
    prefix = provider.upper()
    settings.EMAIL_BACKEND = f"anymail.backends.{provider}.EmailBackend"
    settings.ANYMAIL = {f"{prefix}_{name}": value for name, value in PROVIDERS[provider].items()} | {
        "IGNORE_UNSUPPORTED_FEATURES": True
    }
    sent: list[dict] = []
    monkeypatch.setattr(requests.Session, "request", Mock(side_effect=lambda **what: refuse(what, sent)))
    Account.objects.update(name="Acme\r\nBcc: everybody@example.test")
    now = issued.token.expires_at - timedelta(days=days)
    planning.sweep(now)
    delivery.send_emails(now)
    wire = str(sent[-1].get("json") or sent[-1].get("data") or sent[-1])
    assert "Acme Bcc: everybody@example.test: " in wire
    assert "Acme\\r" not in wire
    assert "\\nBcc" not in wire


def refuse(what: dict, sent: list[dict]) -> requests.Response:
    sent.append(what)
    response = requests.Response()
    response.status_code, response._content = 500, b"{}"
    return response
