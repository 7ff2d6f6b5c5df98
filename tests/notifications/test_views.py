from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.services import note_bounce
from notifications import delivery, health, heartbeats, reports
from notifications.models import Email, InboxMessage, Outbox
from tests.factories import NOW

PAGE = "/admin/notifications/delivery/"


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 302), ("ada", 302), ("olga", 200)])
def test_only_operators_see_delivery(client, request, carol, ada, olga, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == status
    for act in ("pause", "resume"):
        assert client.post(f"{PAGE}{act}/").status_code == 302
        assert client.get(f"{PAGE}{act}/").status_code == 405
    assert Outbox.objects.filter(paused_at__isnull=False).exists() is False


def test_an_operator_pauses_and_resumes(signed_in, olga):
    client = signed_in(olga)
    page = client.post(f"{PAGE}pause/", {"reason": "moving\r\nhouse"}, follow=True).content.decode()
    assert "Paused by olga@catalog.test: moving house" in page
    page = client.post(f"{PAGE}resume/", follow=True).content.decode()
    assert "Resumed" in page
    assert Outbox.current().paused_at is None


def test_the_page_shows_what_waits_what_went_and_what_will(signed_in, olga, planned, issued):
    delivery.send_emails(NOW)
    Email.objects.update(sent_at=timezone.now())
    page = signed_in(olga).get(PAGE).content.decode()
    assert "<b>1</b><span>sent today</span>" in page
    assert "Nobody was seen yet." in page


def test_the_forecast_counts_a_copy_for_each_administrator(issued, carol):
    carol.role = carol.Role.ADMIN
    carol.save()
    end = issued.token.expires_at
    days = reports.forecast(end - timedelta(days=8))
    assert days == [((end - timedelta(days=back)).date(), 2) for back in (7, 1, 0)]


def test_the_chart_stands_on_its_ground(planned):
    Email.objects.update(state=Email.State.SENT, sent_at=NOW)
    column = reports.chart(reports.by_day(NOW))[-1]
    assert column["bars"][0] == {"what": "sent", "y": 0, "height": 110}


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 days"), (-5, "0 s")]
)
def test_an_age_is_short(seconds, said):
    assert health.age(timedelta(seconds=seconds)) == said


def test_settings_api_warns_when_no_notice_reaches_anybody(signed_in, issued, ada):
    client = signed_in(ada)
    assert "No notice reaches" not in client.get("/settings/api/").content.decode()
    note_bounce(ada, ada.email, now=NOW)
    assert "No notice reaches" in client.get("/settings/api/").content.decode()


def test_cron_does_the_same_as_beat(issued, capsys):
    call_command("send_due_emails")
    assert capsys.readouterr().out == "1 planned, 1 sent.\n"
    assert InboxMessage.objects.count() == 1


def test_cron_sends_while_another_sweeps(planned, capsys):
    assert heartbeats.claim_sweep(timezone.now())
    call_command("send_due_emails")
    assert capsys.readouterr().out == "0 planned, 1 sent.\n"
