"""GraphQL over HTTP, after the specification of that name: what a request asks, and the answer's media type."""

import io
import re
from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, QueryDict
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.utils import json

from api.graphql.execution import Call

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
QUALITY = re.compile(r"[ \t]*q=([01](?:\.\d{0,3})?)[ \t]*", re.ASCII)
MAX_VALUES = 50_000  # of a body: 500 rows of 40 fields, and 10,000 ids, come to 30,000
SIGNS = (b",", b"[", b"{")  # one of them stands before each value, or nearly
# One that nobody ended goes on to the end: it would be looked for again at each quotation mark in it.
TEXT = re.compile(rb'"(?:[^"\\]++|\\.)*+"?', re.DOTALL)
ASKS = re.compile(r"(?:^|&)query(?:[=&]|$)")
TOO_DEEP = "The JSON is nested too deeply."


def media_type(accept: str) -> str:
    """GRAPHQL for callers that name it and would not rather have JSON, which is for everybody else.

    JSON is wanted as much as the entry says that names it best: itself, then `application/*`, then `*/*`.

    Django's own reading of the header (RFC 9110, 12.5.1) decodes its parameters in any charset that it names.
    """
    qualities = dict(map(quality, accept.lower().split(",")))
    wanted = qualities.get(GRAPHQL, 0.0)
    of_json = next((qualities[entry] for entry in (JSON, "application/*", "*/*") if entry in qualities), 0.0)
    return GRAPHQL if wanted and wanted >= of_json else JSON


def quality(entry: str) -> tuple[str, float]:
    """A media type that a header names, and how much it is wanted, from 0 to 1."""
    kind, *parameters = entry.split(";")
    given = next(filter(None, map(QUALITY.fullmatch, parameters)), None)
    return kind.strip(), float(given[1]) if given else 1.0


class MarkedJSONParser(JSONParser):
    """JSON, before which a byte order mark may stand (RFC 8259, 8.1)."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read()
        check_size(body)
        return super().parse(io.BytesIO(body), media_type, {**(parser_context or {}), "encoding": "utf-8-sig"})


def check_size(body: bytes) -> None:
    """Raises ParseError for a body with too many values, which would cost half a second to read."""
    if sum(map(body.count, SIGNS)) <= MAX_VALUES:
        return
    # Texts may hold any number of these signs.
    without_texts, count = TEXT.subn(b"", body, count=2 * MAX_VALUES)
    if count == 2 * MAX_VALUES or sum(map(without_texts.count, SIGNS)) > MAX_VALUES:
        raise ParseError(f"The JSON has more than {MAX_VALUES:,} values: send less at once.")


def call_in_body(request: Request) -> Call:
    """Raises ParseError with a sentence; UnsupportedMediaType."""
    try:
        return call_of(request.data)
    except RecursionError:
        raise ParseError(TOO_DEEP) from None


def call_in_address(request: HttpRequest) -> Call:
    """The same of a GET, whose `variables` and `extensions` are JSON. It may read, and nothing else."""
    fields = fields_in_address(request)
    texts = {name: fields[name] for name in ("query", "operationName") if name in fields}
    values = {name: parsed(name, fields[name]) for name in ("variables", "extensions") if fields.get(name)}
    return call_of(texts | values, may_write=False)


def asks_in_address(request: HttpRequest) -> bool:
    """Whether a GET brings a query. The address is not read before the token is."""
    return ASKS.search(request.META.get("QUERY_STRING", "")) is not None


def fields_in_address(request: HttpRequest) -> QueryDict:
    try:
        return request.GET
    except TooManyFieldsSent:
        raise ParseError("The address has too many fields.") from None


def parsed(name: str, text: Any) -> Any:
    try:
        return json.loads(text)
    except RecursionError:
        raise ParseError(TOO_DEEP) from None
    except ValueError:
        raise ParseError(f'"{name}" is no JSON.') from None


def call_of(said: Any, *, may_write: bool = True) -> Call:
    """Raises ParseError with a sentence on what is of a wrong kind; null is as good as absent."""
    if isinstance(said, list):
        raise ParseError("Send one operation in a call, not a list of them.")
    if not isinstance(said, dict) or not isinstance(said.get("query"), str):
        raise ParseError('Send a JSON object with a text "query", and "variables" if it has any.')
    for name in ("variables", "extensions"):
        if not isinstance(said.get(name), dict | None):
            raise ParseError(f'"{name}" is a JSON object.')
    if not isinstance(said.get("operationName"), str | None):
        raise ParseError('"operationName" is a text.')
    return Call(said["query"], said.get("variables") or {}, said.get("operationName") or None, may_write)
