from datetime import timedelta

import pytest

from tests.factories import NOW
from tests.tokens.uses import use
from tokens.doors import Door
from tokens.models import TokenUse
from tokens.rotation import MAX_CLIENTS_PER_ROTATION, QUIET_PERIOD, Progress, progress, rotations
from tokens.scopes import Scope
from tokens.services import finish_rotation, generate_token, revoke_token

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
SOON = NOW + 10 * MINUTE  # when people look
LONG_AGO = NOW - 40 * DAY


def minutes(number):
    return NOW + number * MINUTE


@pytest.fixture
def old(issued):
    return issued.token


@pytest.fixture
def new(acme, old):
    return successor(acme, old, at=NOW)


def successor(account, token, *, at):
    return generate_token(account, scope=Scope(token.scope), by=None, now=at, replaces=token.pk).token


def standing(account, *, now=SOON):
    return {client.name: client.progress for rotation in rotations(account, now=now) for client in rotation.clients}


@pytest.mark.parametrize(
    ("failed", "first", "last", "now", "expected"),
    [
        (None, None, None, minutes(9), Progress.WAITING),
        (minutes(1), None, None, minutes(9), Progress.STILL_SENDING),
        (minutes(1), None, None, NOW + 9 * DAY, Progress.STILL_SENDING),
        (None, minutes(1), minutes(1), minutes(9), Progress.MOVED),
        (minutes(1), minutes(2), minutes(3), minutes(9), Progress.MOVED),
        (minutes(2), minutes(2), minutes(2), minutes(9), Progress.MOVED),  # failed == first: told, and moved at once
        (minutes(3), minutes(2), minutes(5), minutes(9), Progress.IN_PART),
        (minutes(6), minutes(2), minutes(5), minutes(9), Progress.IN_PART),
        (minutes(3), minutes(2), minutes(5), minutes(3) + QUIET_PERIOD - MINUTE, Progress.IN_PART),
        (minutes(3), minutes(2), minutes(5), minutes(3) + QUIET_PERIOD, Progress.MOVED),
        (minutes(5), minutes(2), minutes(5), minutes(5) + QUIET_PERIOD, Progress.IN_PART),  # and not a call since
        (minutes(6), minutes(2), minutes(5), NOW + 9 * DAY, Progress.IN_PART),
        (minutes(3), minutes(2), minutes(5), minutes(1), Progress.IN_PART),  # a clock that jumps back
    ],
)
def test_how_far_a_client_is(failed, first, last, now, expected):
    assert progress(failed, first, last, now=now) is expected


@pytest.mark.parametrize("one", Progress)
def test_who_sends_an_old_token_is_still_sending_also_beside_the_new_one(acme, old, new, one):
    senders = {Progress.STILL_SENDING, Progress.IN_PART}
    use(old, at=minutes(-5))
    if one in senders:
        use(old, at=minutes(4), reason="replaced")
    if one in {Progress.IN_PART, Progress.MOVED}:
        use(new, at=minutes(3))
    (client,) = rotations(acme, now=SOON)[0].clients
    assert (client.progress, client.is_still_sending) == (one, one in senders)


def test_without_a_replacement_there_is_no_rotation(acme, old):
    use(old)
    assert rotations(acme, now=SOON) == []


def test_a_rotation_names_the_new_token_and_the_old(acme, old, new):
    use(old, at=minutes(-1))
    (rotation,) = rotations(acme, now=SOON)
    assert (rotation.token, rotation.old, rotation.counts) == (new, [old], [(Progress.WAITING, 1)])


def test_an_old_token_that_nobody_used_has_no_rotation(acme, old, new):
    use(old, at=minutes(-1), reason="insufficient_scope")
    assert rotations(acme, now=SOON) == []


def end(token, how, *, at):
    """End the token in this way; returns when there can be another one."""
    if how == "revoked":
        revoke_token(token, by=None, now=at)
    return token.expires_at if how == "expired" else at


@pytest.mark.parametrize("how", ["replaced", "revoked", "expired"])
def test_whatever_ended_the_old_token_its_clients_rotate(acme, old, how):
    ended = end(old, how, at=NOW)
    use(old, "moved", at=ended - MINUTE)
    for client in ("moved", "sends on"):
        use(old, client, at=ended + MINUTE, reason=how)
    replaces = old.pk if how == "replaced" else None
    new = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=ended, replaces=replaces).token
    use(new, "moved", at=ended + 2 * MINUTE)
    old.refresh_from_db()
    assert old.end_reason == how.upper()
    assert standing(acme, now=ended + 3 * MINUTE) == {"moved": Progress.MOVED, "sends on": Progress.STILL_SENDING}


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_who_failed_while_there_was_no_token_and_not_since_is_not_called_still_sending(acme, old, how):
    ended = end(old, how, at=NOW)
    use(old, at=ended + MINUTE, reason=how)
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=ended + 2 * MINUTE)
    (client,) = rotations(acme, now=ended + 3 * MINUTE)[0].clients
    assert (client.progress, client.last_failed) == (Progress.WAITING, ended + MINUTE)


def test_who_had_moved_to_a_token_that_was_revoked_is_waited_for_by_the_next(acme, old, new):
    use(old, at=minutes(1), reason="replaced")
    use(new, at=minutes(2))
    revoke_token(new, by=None, now=minutes(3))
    generate_token(acme, scope=Scope.READ_ONLY, by=None, now=minutes(4))
    (rotation,) = rotations(acme, now=SOON)
    assert (rotation.old, standing(acme)) == ([new, old], {"castor": Progress.WAITING})


def test_an_expired_token_is_nothing_to_move_to(acme, old, new):
    use(old, at=new.expires_at - MINUTE, reason="replaced")
    assert standing(acme, now=new.expires_at - MINUTE) == {"castor": Progress.STILL_SENDING}
    assert rotations(acme, now=new.expires_at) == []


def test_a_finished_rotation_stays_so_and_keeps_what_it_knows_until_there_is_a_newer_one(acme, old, new):
    use(old, at=minutes(1), reason="replaced")
    assert finish_rotation(new, by=None, now=minutes(2))
    assert not finish_rotation(new, by=None, now=minutes(2))
    use(old, at=minutes(3), reason="replaced", door=Door.MCP)
    (rotation,) = rotations(acme, now=SOON)
    assert (rotation.is_finished, rotation.counts) == (True, [(Progress.STILL_SENDING, 2)])
    successor(acme, new, at=minutes(4))
    assert [rotation.is_finished for rotation in rotations(acme, now=SOON)] == [False]


def test_a_rotation_counts_who_is_how_far_and_begins_with_those_that_still_send_the_old_token(acme, old, new):
    for client in ("waits", "moved", "moved too", "sends on"):
        use(old, client, at=minutes(-5))
    use(old, "sends on", at=minutes(1), reason="replaced")
    for client in ("moved", "moved too", "came later"):
        use(new, client, at=minutes(2))
    (rotation,) = rotations(acme, now=SOON)
    assert [client.name for client in rotation.clients] == ["sends on", "waits", "moved", "moved too"]
    assert rotation.counts == [(Progress.STILL_SENDING, 1), (Progress.WAITING, 1), (Progress.MOVED, 2)]


def test_a_client_says_when_it_failed_last_and_when_it_came_with_the_new_token(acme, old, new):
    use(old, at=minutes(1), reason="replaced")
    use(old, at=minutes(-1))
    use(new, at=minutes(3))
    (client,) = rotations(acme, now=SOON)[0].clients
    assert (client.old, client.last_failed, client.last_with_new) == (old, minutes(1), minutes(3))


def test_a_client_moves_at_each_door_of_its_own(acme, old, new):
    use(old, door=Door.MCP, at=minutes(-1))
    use(old, door=Door.REST, at=minutes(-1))
    use(new, door=Door.MCP, at=minutes(1))
    (rotation,) = rotations(acme, now=SOON)
    assert {client.door: client.progress for client in rotation.clients} == {
        Door.MCP: Progress.MOVED, Door.REST: Progress.WAITING
    }  # fmt: skip


def test_five_clients_switched_one_by_one_end_up_moved(acme, old, new):
    names = [f"c{number}" for number in range(5)]
    for name in names:
        use(old, name, at=minutes(-1))
        use(old, name, at=minutes(1), reason="replaced")
    for moved, name in enumerate(names, start=1):
        use(new, name, at=minutes(1 + moved))
        assert dict(rotations(acme, now=SOON)[0].counts).get(Progress.MOVED) == moved
    assert rotations(acme, now=SOON)[0].counts == [(Progress.MOVED, 5)]


def test_a_client_that_is_refused_by_the_new_token_has_not_moved(acme, old, new):
    use(old, at=minutes(1), reason="replaced")
    use(new, at=minutes(2), reason="insufficient_scope")
    assert standing(acme) == {"castor": Progress.STILL_SENDING}


def test_who_was_only_refused_by_the_old_token_does_not_rotate(acme, old, new):
    use(old, at=minutes(-1), reason="insufficient_scope")
    assert standing(acme) == {}


def test_another_account_s_rows_show_nothing(acme, umbrella, old, new):
    theirs = generate_token(umbrella, scope=Scope.READ_ONLY, by=None, now=NOW - DAY).token
    newer = successor(umbrella, theirs, at=NOW)
    use(theirs, "theirs", at=minutes(1), reason="replaced")
    use(newer, "castor", at=minutes(2))
    use(old, "castor", at=minutes(1), reason="replaced")
    assert standing(acme) == {"castor": Progress.STILL_SENDING}
    assert [rotation.token for rotation in rotations(acme, now=SOON)] == [new]


def test_the_other_scope_has_a_rotation_of_its_own(acme, old, new):
    writer = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=NOW - DAY).token
    newer = successor(acme, writer, at=NOW)
    use(writer, "upload", at=minutes(1), reason="replaced")
    use(newer, "castor", at=minutes(1))
    use(old, "castor", at=minutes(-1))
    names = {rotation.token: [client.name for client in rotation.clients] for rotation in rotations(acme, now=SOON)}
    assert names == {new: ["castor"], newer: ["upload"]}
    assert standing(acme)["castor"] is Progress.WAITING


def test_after_two_replacements_everybody_is_in_one_rotation(acme, old):
    second = successor(acme, old, at=minutes(1))
    third = successor(acme, second, at=minutes(3))
    use(old, "first", at=minutes(4), reason="replaced")
    use(second, "halfway", at=minutes(2))
    use(old, "through", at=NOW)
    use(second, "through", at=minutes(2))
    use(third, "through", at=minutes(4))
    (rotation,) = rotations(acme, now=SOON)
    assert (rotation.token, rotation.old) == (third, [second, old])
    expected = {"first": Progress.STILL_SENDING, "halfway": Progress.WAITING, "through": Progress.MOVED}
    assert standing(acme) == expected


def test_a_client_belongs_to_the_old_token_that_it_sent_last(acme, old):
    second = successor(acme, old, at=minutes(1))
    successor(acme, second, at=minutes(3))
    use(old, at=minutes(2), reason="replaced")
    use(second, at=minutes(2.5))
    (client,) = rotations(acme, now=SOON)[0].clients
    assert (client.old, client.last_failed) == (second, minutes(2))
    use(old, "castor", at=minutes(5), door=Door.MCP, reason="replaced")
    (rotation,) = rotations(acme, now=SOON)
    assert {client.door: client.old for client in rotation.clients} == {Door.REST: second, Door.MCP: old}


def test_a_revoked_token_has_no_rotation_and_its_successor_has_that_of_before(acme, old, new):
    use(old, at=minutes(1), reason="replaced")
    revoke_token(new, by=None, now=minutes(2))  # nobody has used it
    assert rotations(acme, now=SOON) == []
    fresh = generate_token(acme, scope=Scope.READ_ONLY, by=None, now=minutes(3)).token
    assert [(rotation.token, rotation.old) for rotation in rotations(acme, now=SOON)] == [(fresh, [old])]


@pytest.mark.parametrize(("days", "shown"), [(28, True), (29, True), (30, False)])
def test_a_rotation_goes_when_nothing_came_for_thirty_days(acme, old, new, days, shown):
    use(old, at=NOW)
    assert bool(rotations(acme, now=NOW + days * DAY)) is shown


def test_a_rotation_stays_while_somebody_sends_the_old_token(acme, old, new):
    use(old, at=NOW + 90 * DAY, reason="replaced")
    use(old, "forgotten", at=NOW + DAY, reason="replaced")
    assert standing(acme, now=NOW + 100 * DAY) == {"castor": Progress.STILL_SENDING}
    assert rotations(acme, now=NOW + 121 * DAY) == []


def test_the_queries_of_a_rotation_do_not_grow_with_its_clients(acme, old, new, django_assert_num_queries):
    for number in range(30):
        use(old, f"c{number}", at=minutes(1), reason="replaced")
        use(new, f"c{number}", at=minutes(2))
    with django_assert_num_queries(5):
        assert len(rotations(acme, now=SOON)[0].clients) == 30


def test_still_sending_is_who_sent_a_replaced_token_since_and_has_not_moved(acme, old, new):
    use(old, "sends on", at=minutes(5), reason="replaced")
    use(old, "earlier", at=minutes(4), reason="replaced")
    use(old, "waits", at=minutes(-1))
    use(old, "moved", at=minutes(5), reason="replaced")
    use(new, "moved", at=minutes(6))
    (rotation,) = rotations(acme, now=SOON)
    assert [client.name for client in rotation.still_sending(since=minutes(4))] == ["sends on"]
    assert rotation.still_sending(since=minutes(5)) == []


def test_a_rotation_has_room_for_those_whom_the_old_token_let_in_and_for_the_latest_others(acme, old, new):
    use(old, "ours", at=NOW - DAY)
    rows = [
        TokenUse(
            token=old, client=f"stranger-{number}", door=Door.REST, reason="replaced", calls=1, day=NOW.date(),
            first_seen=NOW, last_seen=NOW + timedelta(seconds=number),
        )
        for number in range(MAX_CLIENTS_PER_ROTATION + 20)
    ]  # fmt: skip
    TokenUse.objects.bulk_create(rows)
    (rotation,) = rotations(acme, now=SOON)
    names = {client.name for client in rotation.clients}
    assert len(names) == MAX_CLIENTS_PER_ROTATION
    assert {"ours", f"stranger-{MAX_CLIENTS_PER_ROTATION + 19}"} < names
    assert "stranger-0" not in names
    assert [client.name for client in rotation.clients if client.was_let_in] == ["ours"]
