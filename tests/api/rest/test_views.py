"""What a token can ask about itself."""

from datetime import timedelta

from django.utils import timezone

from api.operations import OPERATIONS
from tests.api.calls import call
from tests.tokens.uses import use
from tokens.doors import Door
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import generate_token


def test_a_token_tells_about_itself(live, acme):
    body = call("GET", "/api/v1/token", live.secret).json()
    seconds = body.pop("seconds_left")
    assert 364 * 86400 < seconds <= 366 * 86400
    assert body == {
        "id": str(live.token.pk),
        "name": "Claude",
        "scope": "READ_ONLY",
        "mask": live.token.mask,
        "account": {"name": "Acme", "slug": "acme"},
        "region": "eu",
        "created_at": live.token.created_at.isoformat().replace("+00:00", "Z"),
        "expires_at": live.token.expires_at.isoformat().replace("+00:00", "Z"),
        "last_used_at": None,
        "clients": [],
    }


def test_a_token_tells_who_used_it_before(live):
    for _ in range(2):
        body = call("GET", "/api/v1/token", live.secret).json()
    (client,) = body["clients"]
    assert (client["client"], client["door"], client["calls"], client["failures"]) == ("", "rest", 1, 0)
    assert body["last_used_at"] == client["first_seen"] == client["last_seen"]


def test_a_token_tells_what_was_called_at_a_door_that_has_names_for_it(live):
    now = timezone.now()
    use(live.token, "claude-ai 0.1", at=now, calls=3, door=Door.MCP, operation="search_tables")
    use(live.token, "claude-ai 0.1", at=now, door=Door.MCP, operation="create_term", reason="insufficient_scope")
    use(live.token, "curl 8.5", at=now - timedelta(hours=1), door=Door.REST)
    mcp, rest = call("GET", "/api/v1/token", live.secret).json()["clients"]
    assert mcp["operations"] == [
        {"operation": "create_term", "calls": 0, "failures": 1},
        {"operation": "search_tables", "calls": 3, "failures": 0},
    ]
    assert rest["operations"] == []


def test_a_token_ends_itself_and_nothing_else(live, acme):
    other = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now())
    assert call("DELETE", "/api/v1/token", live.secret).status_code == 204
    assert list(ApiToken.objects.open()) == [other.token]
    assert live.token.events.get(kind="REVOKED").actor_name == live.token.mask


def test_the_check_costs_one_query_and_the_ledger_none_after_the_first_call(live, django_assert_num_queries):
    call("GET", "/api/v1/token", live.secret)
    with django_assert_num_queries(4):  # the check; of this view also its last use, its clients and what they called
        assert call("GET", "/api/v1/token", live.secret).status_code == 200
    with django_assert_num_queries(1):
        assert call("POST", "/api/v1/token", live.secret).status_code == 405


def test_a_token_tells_of_its_failed_calls_too(live, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setitem(OPERATIONS, "rest.token.read", Scope.READ_WRITE)
        call("GET", "/api/v1/token", live.secret)
    body = call("GET", "/api/v1/token", live.secret).json()
    assert [(client["calls"], client["failures"]) for client in body["clients"]] == [(0, 1)]
    assert body["last_used_at"] is None
