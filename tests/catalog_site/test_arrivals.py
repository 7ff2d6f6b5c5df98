import pytest
from django.conf import settings

from catalog_site.arrivals import MAX_BODY_BYTES, MAX_CHUNK_LINE, MAX_CHUNKS, MAX_HEAD_BYTES, Arrival

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
    "another coding than chunks": b"Transfer-Encoding: gzip",
    "chunks beside a length": b"Transfer-Encoding: chunked\r\nContent-Length: %d" % (MAX_BODY_BYTES + 1),
    "too long to wait for": b"Content-Length: %d" % (MAX_BODY_BYTES + 1),
    "absurd": b"Content-Length: " + b"9" * 5000,
    "signed": b"Content-Length: +3",
    "in another field's value": b"A: Content-Length: 3",
    "in the address": b"A: b",
}


@pytest.mark.parametrize("field", TO_THE_PARSER_AT_ONCE.values(), ids=TO_THE_PARSER_AT_ONCE)
def test_without_a_length_that_is_waited_for_the_head_is_all(field):
    assert arrived(POST % field).is_whole


CHUNKED = POST % b"Transfer-Encoding: chunked"
WHOLE = {
    "none": b"0\r\n\r\n",
    "one": b"3\r\nabc\r\n0\r\n\r\n",
    "two, in both cases": b"A\r\n0123456789\r\nb\r\n0123456789a\r\n0\r\n\r\n",
    "line ends inside": b"8\r\n\r\n0\r\n\r\n\r\r\n0\r\n\r\n",
    "with extensions": b'3 ;a=b;c="d"\r\nabc\r\n00\r\n\r\n',
    "with what trails them": b"3\r\nabc\r\n0\r\nA: b\r\nC: d\r\n\r\n",
}


@pytest.mark.parametrize("chunks", WHOLE.values(), ids=WHOLE)
def test_chunks_are_whole_with_the_last_one_wherever_they_are_cut(chunks):
    for cut in range(len(chunks)):
        assert not arrived(CHUNKED + chunks[:cut]).is_whole
        assert arrived(CHUNKED + chunks[:cut], chunks[cut:] + GET).is_whole


@pytest.mark.parametrize(
    "field",
    [b"transfer-encoding:chunked", b"TRANSFER-ENCODING: \tgzip, Chunked ", b"A: b\r\nTransfer-Encoding: chunked"],
)
def test_chunks_are_known_however_they_are_said(field):
    assert not arrived(POST % field, b"3\r\nab").is_whole


NO_CHUNKS = {
    "no number": b"x\r\n",
    "a sign": b"+3\r\n",
    "no size": b"\r\n",
    "a line without an end": b"3;" + b"a" * MAX_CHUNK_LINE,
}


@pytest.mark.parametrize("chunks", NO_CHUNKS.values(), ids=NO_CHUNKS)
def test_what_is_no_chunk_is_for_the_parser_to_refuse(chunks):
    assert arrived(CHUNKED + b"3\r\nabc\r\n" + chunks).is_whole


def test_chunks_are_collected_until_they_are_longer_than_any_view_takes():
    announced = CHUNKED + b"%x\r\n" % 10**9
    assert not arrived(announced, b"a" * MAX_BODY_BYTES).is_whole
    assert arrived(announced, b"a" * MAX_BODY_BYTES, b"a").is_whole


@pytest.mark.parametrize("lines", [b"1\r\na\r\n" * (MAX_CHUNKS + 1), b"0\r\n" + b"a: b\r\n" * (MAX_CHUNKS + 1)])
def test_there_can_be_too_many_chunks(lines):
    arrival = arrived(CHUNKED + lines)
    assert arrival.chunks
    assert arrival.chunks.has_too_many


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


@pytest.mark.parametrize(
    ("line", "length", "streamed"),
    [
        (b"POST /warehouse-1/a", MAX_BODY_BYTES + 1, True),
        (b"POST /manual-lineage", MAX_BODY_BYTES + 1, True),
        (b"POST /imports/upload/", MAX_BODY_BYTES + 1, True),
        (b"POST /imports/sources/new/", MAX_BODY_BYTES + 1, False),
        (b"POST /warehouse-1/a", MAX_BODY_BYTES, False),
        (b"POST /public/graphql?a=POST /warehouse-", MAX_BODY_BYTES + 1, False),
        (b"PUT /warehouse-1/a", MAX_BODY_BYTES + 1, False),
    ],
)
def test_a_file_that_is_too_long_to_be_collected_is_known_by_its_head(line, length, streamed):
    arrival = arrived(b"%b HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n" % (line, length))
    assert arrival.is_upload is streamed
