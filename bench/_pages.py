"""One site of `bench pages`: accounts to look at among so many other tokens, and the pages."""

import sys
from datetime import datetime, timedelta

import django

django.setup()

from django.utils import timezone  # noqa: E402  # Django has to be set up first

from accounts.actors import Actor  # noqa: E402
from accounts.models import User  # noqa: E402
from bench import _filling  # noqa: E402
from bench._cases import Case, add_uses, new_account, operator, page, serve  # noqa: E402
from jobs.models import Heartbeat  # noqa: E402
from notifications.models import Email, InboxMessage  # noqa: E402
from notifications.planning import plan_event  # noqa: E402
from tokens.models import ApiToken, TokenEvent  # noqa: E402
from tokens.scopes import Scope  # noqa: E402
from tokens.services import generate_token, new_token  # noqa: E402

EVENTS = 500  # of an account with a long history
DAYS = 400  # of its ledger
SETTINGS, ADMIN = "/settings/api/", "/admin/"
LISTS = {  # of the admin, by what is in them
    "tokens": "tokens/apitoken/",
    "uses": "tokens/tokenuse/",
    "events": "tokens/tokenevent/",
    "accounts": "accounts/account/",
    "people": "accounts/user/",
    "emails": "notifications/email/",
    "inbox messages": "notifications/inboxmessage/",
}


def main(tokens: int) -> None:
    if tokens > 1:
        _filling.fill(tokens)
        _filling.fill_traces(tokens)
    now = timezone.now()
    cases = {"/healthz": page("/healthz"), "sign-in": page("/accounts/login/")}
    cases |= settings_pages(now) | operator_pages(now)
    _filling.tidy()
    serve(cases)


# --- Accounts --------------------------------------------------------------------------------------


def empty(*, now: datetime) -> User:
    return new_account("No token", now=now)[1]


def unused(*, now: datetime) -> User:
    """Two tokens that nobody has used yet."""
    account, admin = new_account("Two tokens", now=now)
    for scope in Scope:
        generate_token(account, scope=scope, by=Actor(admin.email, admin), now=now)
    return admin


def used(clients: int, *, now: datetime) -> tuple[User, ApiToken]:
    """A token that so many clients use every day, after a long history; the administrator, and the token."""
    account, admin = new_account(f"{clients} clients", now=now)
    add_history(admin, now=now)
    token = generate_token(account, scope=Scope.READ_ONLY, by=Actor(admin.email, admin), now=now).token
    add_uses(token, clients, list(range(DAYS)), now=now)
    return admin, token


def add_history(admin: User, *, now: datetime) -> None:
    """Tokens that were generated and revoked, one a day."""
    assert admin.account is not None
    tokens, events = [], []
    for number in range(EVENTS // 2):
        begun, ended = now - timedelta(days=number + 1), now - timedelta(days=number)
        token = new_token(admin.account, scope=Scope.READ_ONLY, name="", now=begun).token
        token.ended_at, token.end_reason = ended, ApiToken.EndReason.REVOKED
        tokens.append(token)
        events += [
            TokenEvent(token=token, kind=kind, actor=admin, actor_name=admin.email, at=at)
            for kind, at in ((TokenEvent.Kind.REVOKED, ended), (TokenEvent.Kind.GENERATED, begun))
        ]
    ApiToken.objects.bulk_create(tokens)
    TokenEvent.objects.bulk_create(reversed(events))


def moving(*, now: datetime) -> User:
    """A token that was replaced: half of its 50 clients have moved, the others still send the old one."""
    account, admin = new_account("Moving", now=now)
    by = Actor(admin.email, admin)
    old = generate_token(account, scope=Scope.READ_ONLY, by=by, now=now - timedelta(days=DAYS // 2)).token
    new = generate_token(account, scope=Scope.READ_ONLY, by=by, now=now, replaces=old.pk).token
    add_uses(old, 50, list(range(2, 30)), now=now)
    add_uses(old, 50, [1], reason="replaced", now=now)
    add_uses(new, 25, [0], now=now)
    return admin


# --- Pages -----------------------------------------------------------------------------------------


def settings_pages(now: datetime) -> dict[str, Case]:
    none, two, still_moving = empty(now=now), unused(now=now), moving(now=now)
    (fifty, token), (many, _) = used(50, now=now), used(200, now=now)
    history = f"{SETTINGS}history"
    return {
        "home, which leads on": page("/", user=two, status=302),
        "password": page("/accounts/password/change/", user=two),
        "two-factor": page("/accounts/2fa/", user=two),
        "Settings > API, no token": page(SETTINGS, user=none),
        "Settings > API, two tokens": page(SETTINGS, user=two),
        "Settings > API, 50 clients": page(SETTINGS, user=fifty),
        "Settings > API, 200 clients": page(SETTINGS, user=many),
        "Settings > API, moving": page(SETTINGS, user=still_moving),
        "the board alone, moving": page(f"{SETTINGS}replacement/", user=still_moving),
        "create, 50 clients": page(f"{SETTINGS}tokens/new/", user=fifty),
        "revoke, 50 clients": page(f"{SETTINGS}tokens/{token.pk}/revoke/confirm/", user=fifty),
        "history": page(f"{history}/", user=fifty),
        "history, the last page": page(f"{history}/?page=10", user=fifty),
        "history, filtered": page(f"{history}/?who=clients&what=revoked&since=2000-01-01", user=fifty),
        "history.csv, 501 rows": page(f"{history}.csv", user=fifty),
        "usage.csv, 1,500 rows": page(f"{SETTINGS}usage.csv", user=fifty),
    }


def operator_pages(now: datetime) -> dict[str, Case]:
    olga = operator(now=now)
    for part, name in (("beat", ""), ("worker", "emails@mill"), ("worker", "default@mill"), ("sweep", "")):
        Heartbeat.objects.create(part=part, name=name, at=now)
    message = add_messages()
    cases = {f"admin: {what}": page(f"{ADMIN}{path}", user=olga) for what, path in LISTS.items()}
    event = TokenEvent.objects.order_by("-pk")[0]
    plan_event(event, now=now)
    token, email = event.token, Email.objects.order_by("-pk")[0]
    cases |= {
        "admin": page(ADMIN, user=olga),
        "admin: a token": page(f"{ADMIN}tokens/apitoken/{token.pk}/change/", user=olga),
        "admin: tokens, searched": page(f"{ADMIN}tokens/apitoken/?q={token.public_id}", user=olga),
        "admin: people, searched": page(f"{ADMIN}accounts/user/?q=olga@measured.test", user=olga),
        "admin: an inbox message": page(f"{ADMIN}notifications/inboxmessage/{message.pk}/change/", user=olga),
        "admin: an email": page(f"{ADMIN}notifications/email/{email.pk}/change/", user=olga),
        "admin: email delivery": page(f"{ADMIN}notifications/delivery/", user=olga),
    }
    return cases


def add_messages() -> InboxMessage:
    """200 messages, as long as ours are; the last of them."""
    text, html = "A token was generated. " * 40, "<p>A token was generated.</p>" * 120
    rows = [
        InboxMessage(
            message_id=f"<{n}@measured.test>", recipients="ada@measured.test", subject="s", text=text, html=html
        )
        for n in range(200)
    ]
    return InboxMessage.objects.bulk_create(rows)[-1]


if __name__ == "__main__":
    main(int(sys.argv[1]))
