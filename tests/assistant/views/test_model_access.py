"""Settings > Assistant: the switch of the account, and exactly what was sent."""

import pytest
from django.utils import timezone

from accounts.models import AuditEntry
from assistant.models import AccountSettings, ModelCall
from tests.assistant.asked import answered
from tests.tokens.reading import text

pytestmark = pytest.mark.django_db

PAGE, SWITCH = "/settings/assistant/", "/settings/assistant/model/"
MODEL = "openai:gpt-5-mini at llm.acme.test"


@pytest.fixture
def with_model(settings):
    settings.ASSISTANT_MODEL, settings.ASSISTANT_BASE_URL = "openai:gpt-5-mini", "https://llm.acme.test/v1"
    settings.ASSISTANT_TRACE_DAYS = 7


def sent(user, request="What the model got"):
    job = answered(user, "Private words", writer="model", model="openai:gpt-5-mini", requests=1)
    call = {"job": job, "number": 1, "at": timezone.now(), "milliseconds": 5, "outcome": "ok", "request": request}
    return ModelCall.objects.create(**call, response="{}")


def is_allowed(account):
    return AccountSettings.objects.filter(account=account, model_allowed=True).exists()


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("olga", 403), ("ada", 200)])
def test_administrators_alone_decide_and_see_what_was_sent(client, signed_in, request, carol, ada, who, status):
    call = sent(carol)
    client = signed_in(request.getfixturevalue(who)) if who else client
    assert client.get(PAGE).status_code == status
    assert client.get(f"/settings/assistant/sent/{call.job_id}/").status_code == status
    assert client.post(SWITCH).status_code == (302 if status == 200 else status)


def test_it_is_off_until_turned_on_for_the_model_that_is_shown(signed_in, ada, acme, with_model):
    client = signed_in(ada)
    page = client.get(PAGE)
    assert ("openai:gpt-5-mini, which answers at llm.acme.test" in text(page), is_allowed(acme)) == (True, False)
    assert "may read this catalog" in text(client.post(SWITCH, {"allow": MODEL}, follow=True))
    assert is_allowed(acme)
    client.post(SWITCH)
    assert not is_allowed(acme)
    operations = AuditEntry.objects.filter(account=acme).order_by("id").values_list("operation", flat=True)
    assert list(operations) == ["allow_model", "forbid_model"]


def test_nothing_is_turned_on_for_a_model_that_the_page_did_not_show(signed_in, ada, acme, with_model, settings):
    settings.ASSISTANT_BASE_URL = "https://elsewhere.test/v1"
    assert "is another one by now" in text(signed_in(ada).post(SWITCH, {"allow": MODEL}, follow=True))
    settings.ASSISTANT_MODEL = ""
    signed_in(ada).post(SWITCH, {"allow": MODEL})
    assert not is_allowed(acme)


def test_without_a_model_there_is_nothing_to_turn_on(signed_in, ada, settings):
    settings.ASSISTANT_MODEL = ""
    page = signed_in(ada).get(PAGE)
    assert ("This site has no language model" in text(page), 'name="allow"' in page.content.decode()) == (True, False)


def test_every_exchange_is_shown_as_it_was_sent_without_who_asked(signed_in, ada, carol, with_model):
    call, client = sent(carol, request='{"a": "<b>\u202e"}'), signed_in(ada)
    assert f"/sent/{call.job_id}/" in client.get(PAGE).content.decode()
    page = client.get(f"/settings/assistant/sent/{call.job_id}/").content.decode()
    assert "{&quot;a&quot;: &quot;&lt;b&gt;\u202e&quot;}" in page
    assert (carol.email in page, "Private words" in page) == (False, False)


def test_another_accounts_exchanges_are_nowhere(signed_in, eve, carol, with_model):
    call, client = sent(carol), signed_in(eve)
    assert str(call.job_id) not in client.get(PAGE).content.decode()
    assert client.get(f"/settings/assistant/sent/{call.job_id}/").status_code == 404
