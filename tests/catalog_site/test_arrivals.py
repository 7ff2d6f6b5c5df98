import pytest
from django.conf import settings

from catalog_site.arrivals import MAX_BODY_BYTES, MAX_HEAD_BYTES, Arrival

GET = b"GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
POST = b"POST /a HTTP/1.1\r\nHost: a\r\n%b\r\n\r\n"


def arrived(*pieces: bytes) -> Arrival:
    arrival = Arrival(until=1.0)
    for piece in pieces:
        arrival.take(piece)
    return arrival


@pytest.mark.parametrize("cut", range(1, len(GET)))
def test_a_head_is_whole_with_its_empty_line_wherever_it_is_cut(cut):
    assert not arrived(GET[:cut]).is_whole
    assert arrived(GET[:cut], GET[cut:]).is_whole


@pytest.mark.parametrize(
    "field",
    [
        *(b"Content-Length: 3", b"content-length:3", b"CONTENT-LENGTH: \t3 ", b"A: b\r\nContent-Length: 3"),
        b"Content-Length: " + b"0" * 20 + b"3",  # no digit too many for the parser
    ],
)
def test_a_body_is_waited_for_by_its_length(field):
    assert not arrived(POST % field, b"ab").is_whole
    assert arrived(POST % field, b"ab", b"c").is_whole
    assert arrived(POST % field + b"abcd").is_whole


TO_THE_PARSER_AT_ONCE = {
    "none": b"A: b",
    "zero": b"Content-Length: 000",
    "chunks": b"Transfer-Encoding: chunked",
    "too long to wait for": b"Content-Length: %d" % (MAX_BODY_BYTES + 1),
    "absurd": b"Content-Length: " + b"9" * 5000,
    "signed": b"Content-Length: +3",
    "in another field's value": b"A: Content-Length: 3",
    "in the address": b"A: b",
}


@pytest.mark.parametrize("field", TO_THE_PARSER_AT_ONCE.values(), ids=TO_THE_PARSER_AT_ONCE)
def test_without_a_length_that_is_waited_for_the_head_is_all(field):
    assert arrived(POST % field).is_whole


def test_a_length_in_the_body_of_the_next_request_means_nothing():
    assert arrived(GET + POST % b"Content-Length: 3").is_whole


def test_line_feeds_alone_are_for_the_parser_to_refuse():
    assert arrived(b"GET / HTTP/1.0\n\n").is_whole


def test_a_head_without_an_end_is_too_long_at_some_time():
    assert not arrived(b"a" * MAX_HEAD_BYTES).is_too_long
    assert arrived(b"a" * MAX_HEAD_BYTES, b"a").is_too_long
    assert not arrived(GET + b"a" * MAX_HEAD_BYTES * 2).is_too_long


def test_a_client_that_expects_to_be_asked_waits_until_it_sends_by_itself():
    head = POST % b"Expect: 100-continue\r\nContent-Length: 3"
    assert arrived(head).waits_to_be_asked
    assert not arrived(head, b"a").waits_to_be_asked
    assert not arrived(POST % b"Content-Length: 3").waits_to_be_asked
    assert not arrived(POST % b"Expect: 100-continue").waits_to_be_asked


@pytest.mark.parametrize(
    ("line", "is_probe"),
    [
        (b"GET /healthz HTTP/1.1", True),
        (b"HEAD /healthz HTTP/1.0", True),
        (b"GET /healthz?a=b HTTP/1.1", True),
        (b"POST /healthz HTTP/1.1", False),
        (b"GET /healthz/a HTTP/1.1", False),
        (b"GET /?GET /healthz HTTP/1.1", False),
    ],
)
def test_a_probe_is_known_by_its_first_line(line, is_probe):
    assert arrived(line + b"\r\n\r\n").is_probe is is_probe


def test_what_is_waited_for_is_what_django_takes():
    assert MAX_BODY_BYTES == settings.DATA_UPLOAD_MAX_MEMORY_SIZE
