import pytest

from notifications import services
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
    assert "http://127.0.0.1:8000/settings/api/" in message.body
    assert keys.parse(issued.secret).secret not in message.message().as_string()


def test_every_attempt_carries_the_same_identity(planned):
    first, second = (message_for(planned, now=NOW).extra_headers for _ in range(2))
    assert first == second
    assert first["Message-ID"] == planned.message_id
    assert first["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("name", NASTY)
def test_nasty_names_are_text(acme, ada, name):
    generate_token(acme, scope=Scope.READ_ONLY, name=name, by=None, now=NOW)
    services.plan_emails(NOW)
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
    services.plan_emails(NOW)
    subjects = [message_for(email, now=NOW).subject for email in Email.objects.order_by("pk")]
    assert [subject.split(" by ")[0] for subject in subjects] == [
        "Acme: Read only API token generated",
        "Acme: Read only API token replaced",
        "Acme: Read only API token revoked",
    ]
