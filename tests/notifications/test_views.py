from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.services import note_bounce, suspend_account
from jobs import heartbeats
from jobs.liveness import age
from notifications import delivery, reports
from notifications.models import Email, InboxMessage, Outbox, new_email
from tests.factories import NOW, UserFactory
from tokens.charts import Bar
from tokens.services import revoke_token

PAGE = "/admin/notifications/delivery/"


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("ada", 403), ("olga", 200)])
def test_only_operators_see_delivery(client, request, carol, ada, olga, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    assert client.get(PAGE).status_code == status
    for act in ("pause", "resume"):
        assert client.post(f"{PAGE}{act}/").status_code == (302 if who == "olga" else status)
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
    assert page.count('<nav aria-label="Breadcrumbs">') == 1


def test_delivery_writes_dates_as_the_operator_chose(signed_in, olga):
    heartbeats.beat(heartbeats.Part.BEAT, now=NOW)
    Outbox.objects.filter(pk=Outbox.current().pk).update(paused_at=NOW)
    olga.dates = olga.Dates.ISO
    olga.save()
    page = signed_in(olga).get(PAGE).content.decode()
    assert page.count("2026-11-24 12:00 UTC") == 2


def test_the_forecast_counts_a_copy_for_each_administrator(issued, carol):
    carol.role = carol.Role.ADMIN
    carol.save()
    end = issued.token.expires_at
    days = reports.forecast(end - timedelta(days=8))
    assert days == [((end - timedelta(days=back)).date(), 2) for back in (7, 1, 0)]


def test_the_chart_stands_on_its_ground(planned):
    Email.objects.update(state=Email.State.SENT, sent_at=NOW)
    _, column = reports.chart(reports.by_day(NOW))[-1]
    assert column.bars[0] == Bar("sent", y=0, height=110)


@pytest.mark.parametrize(
    ("seconds", "said"), [(0, "0 s"), (119, "119 s"), (120, "2 min"), (7200, "2 h"), (172_800, "2 days"), (-5, "0 s")]
)
def test_an_age_is_short(seconds, said):
    assert age(timedelta(seconds=seconds)) == said


def test_settings_api_warns_when_no_notice_reaches_anybody(signed_in, issued, ada):
    client = signed_in(ada)
    assert "No notice reaches" not in client.get("/settings/api/").content.decode()
    note_bounce(ada, ada.email, now=NOW)
    assert "No notice reaches" in client.get("/settings/api/").content.decode()


def test_an_operator_who_is_called_admin_hides_no_account(issued, ada, olga):
    type(olga).objects.filter(pk=olga.pk).update(role="ADMIN")
    note_bounce(ada, ada.email, now=NOW)
    assert reports.count_unreachable_accounts() == 1


def test_cron_does_the_same_as_beat(issued, capsys):
    call_command("send_due_emails")
    assert capsys.readouterr().out == "1 planned, 1 sent.\n"
    assert InboxMessage.objects.count() == 1


def test_cron_sends_while_another_sweeps(planned, capsys):
    assert heartbeats.claim_sweep(timezone.now())
    call_command("send_due_emails")
    assert capsys.readouterr().out == "0 planned, 1 sent.\n"


HAPPENED = [("sent", 0), ("delivered", 0), ("bounced", 1), ("complained", 1)]
HAPPENED += [("failed", 2), ("failed", 13), ("sent", 15)]


def test_a_day_counts_what_happened_on_it(acme, issued):
    for state, back in HAPPENED:
        person = UserFactory.create(account=acme)
        email = new_email(kind=Email.Kind.EXPIRED, token=issued.token, recipient=person, now=NOW, state=state)
        email.changed_at = NOW - timedelta(days=back)
        email.sent_at = email.changed_at if state in Email.LEFT_US else None
        email.save()
    days = {(NOW.date() - day.date).days: (day.sent, day.failed, day.bounced) for day in reports.by_day(NOW)}
    assert list(days) == list(range(13, -1, -1))
    assert {back: counts for back, counts in days.items() if any(counts)} == {
        0: (2, 0, 0),
        1: (2, 0, 2),
        2: (0, 1, 0),
        13: (0, 1, 0),
    }


def test_the_chart_stacks_its_bars_from_the_ground():
    days = [reports.Day(NOW.date(), 5, 3, 2), reports.Day(NOW.date(), 0, 0, 0)]
    (day, first), (_, second) = reports.chart(days)
    assert (first.x, second.x, day) == (4, 44, days[0])
    assert first.bars == [
        Bar("sent", y=55, height=55),
        Bar("failed", y=22, height=33),
        Bar("bounced", y=0, height=22),
    ]
    assert [bar.height for bar in second.bars] == [0, 0, 0]


@pytest.mark.parametrize(
    ("days_left", "days"),
    [
        (61, []),
        (60, [(30, 1)]),
        (31, [(1, 1), (24, 1), (30, 1)]),
        (30, [(23, 1), (29, 1), (30, 1)]),
        (7, [(6, 1), (7, 1)]),
        (0.1, []),
    ],
)
def test_the_forecast_begins_tomorrow_and_ends_in_thirty_days(issued, days_left, days):
    now = issued.token.expires_at - timedelta(days=days_left)
    assert [((day - now.date()).days, count) for day, count in reports.forecast(now)] == days


@pytest.mark.parametrize("who", ["gone", "suspended account", "ended"])
def test_the_forecast_leaves_out_what_will_not_be_sent(issued, ada, acme, who):
    if who == "gone":
        ada.role = ada.Role.VIEWER
        ada.save()
    elif who == "ended":
        revoke_token(issued.token, by=None, now=NOW)
    else:
        suspend_account(acme, by=None, now=NOW)
    assert reports.forecast(issued.token.expires_at - timedelta(days=8)) == []


def test_accounts_that_nobody_can_be_told_for_are_counted(issued, ada, eve):
    assert reports.count_unreachable_accounts() == 0
    note_bounce(ada, ada.email, now=NOW)
    assert reports.count_unreachable_accounts() == 1
    suspend_account(issued.token.account, by=None, now=NOW)
    assert reports.count_unreachable_accounts() == 0
