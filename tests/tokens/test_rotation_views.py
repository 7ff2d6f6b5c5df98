"""Done: an administrator hides the board of who has moved to a new token."""

import pytest
from django.test import Client

from accounts.models import AuditEntry
from tests.tokens.reading import text
from tests.tokens.test_usage_views import MINUTE, PAGE, REPLACEMENT, replaced  # noqa: F401  # a fixture of theirs
from tests.tokens.uses import use
from tokens.models import FinishedRotation
from tokens.scopes import Scope
from tokens.services import generate_token, revoke_token

DONE, CONFIRM = "/settings/api/replacement/{}/done/", "/settings/api/replacement/{}/done/confirm/"


@pytest.fixture
def new(replaced, now):  # noqa: F811
    """The token to move to, while castor-upload still sends the old one."""
    old, new = replaced
    use(old, "castor-upload", at=now - MINUTE, reason="replaced")
    return new


def test_the_board_leads_to_a_page_that_says_what_done_means(signed_in, ada, new):
    assert f'href="{CONFIRM.format(new.pk)}"' in signed_in(ada).get(REPLACEMENT).content.decode()
    for headers in ({}, {"X-Dialog": "1"}):
        answer = signed_in(ada).get(CONFIRM.format(new.pk), headers=headers)
        assert "1 still on the old token" in text(answer)
        assert f'action="{DONE.format(new.pk)}"' in answer.content.decode()
        assert ("<html" in answer.content.decode()) is not bool(headers)


def test_done_hides_the_board_and_keeps_the_facts(signed_in, ada, new):
    page = text(signed_in(ada).post(DONE.format(new.pk), follow=True))
    assert f"The list of who moves to {new.short_mask} is hidden." in page
    assert "Moving to the new token" not in page
    usage = text(signed_in(ada).get("/settings/api/usage/"))
    assert "still sends an old token" in usage
    assert "Give this integration the new one." in usage
    assert text(signed_in(ada).get(REPLACEMENT)) == ""
    assert signed_in(ada).get(CONFIRM.format(new.pk)).status_code == 404


def test_done_is_on_record_once(signed_in, acme, ada, new):
    for _ in range(2):
        signed_in(ada).post(DONE.format(new.pk))
    entry = AuditEntry.objects.get(account=acme, operation="finish_rotation")
    assert (entry.actor_name, entry.ids, entry.detail) == ("ada@acme.test", [str(new.pk)], new.mask)


def test_the_next_token_has_a_board_of_its_own(signed_in, acme, ada, new, now):
    signed_in(ada).post(DONE.format(new.pk))
    newer = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=now, replaces=new.pk).token
    assert f"→ {newer.short_mask}" in text(signed_in(ada).get(REPLACEMENT))


def test_of_a_token_that_has_ended_meanwhile_nothing_is_hidden(signed_in, ada, new, now):
    revoke_token(new, by=None, now=now)
    assert signed_in(ada).post(DONE.format(new.pk)).status_code == 302
    assert signed_in(ada).get(CONFIRM.format(new.pk)).status_code == 404
    assert not FinishedRotation.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [(None, (302, 302)), ("carol", (403, 403)), ("eve", (404, 404)), ("olga", (403, 403))]
)
def test_who_may_not_say_done(client, request, carol, eve, olga, new, who, status):
    if who:
        client.force_login(request.getfixturevalue(who))
    answers = client.get(CONFIRM.format(new.pk)), client.post(DONE.format(new.pk))
    assert tuple(answer.status_code for answer in answers) == status
    assert not FinishedRotation.objects.exists()


def test_done_takes_a_post_with_its_csrf_token(signed_in, ada, new):
    assert signed_in(ada).get(DONE.format(new.pk)).status_code == 405
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(ada)
    assert careful.post(DONE.format(new.pk)).status_code == 403
