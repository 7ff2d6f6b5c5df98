"""The one way out to a language model: no redirects, answers that are small and in time, and each exchange on record.

Loaded by workers alone, with the libraries of requirements/assistant.txt.
"""

import asyncio
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

import httpx2
from django.conf import settings
from django.utils import timezone

from assistant import breaker, exchanges
from assistant.errors import LeaseLost
from assistant.models import Job, ModelCall
from assistant.writers.tools import in_thread

MAX_RESPONSE = 200_000  # bytes
# How providers say what they counted: OpenAI's names, Anthropic's.
READ, WRITTEN = ("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")
MAX_TOKENS = 1_000_000  # of one exchange that are believed


class Failed(Exception):
    """No answer came, or none that passes; `reason` is a key of the phrases."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class TooLarge(httpx2.RequestError):
    """The answer is longer than MAX_RESPONSE, or packed so that nobody can tell."""


class Wire(httpx2.AsyncBaseTransport):
    """Sends the requests of one job. `stopped` says why nothing leaves any more: somebody else has the job, or the
    provider is left alone.
    """

    def __init__(self, job: Job, step: Callable[[str], None]) -> None:
        self.job, self.step = job, step
        self.inner = httpx2.AsyncHTTPTransport(retries=0)
        self.stopped: LeaseLost | Failed | None = None
        self.outcome = ""  # of the last request
        self.began: datetime | None = None  # the last request, or the moment at which it was known that one is answered

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises ReadTimeout after ASSISTANT_TIMEOUT, whatever trickles in; TooLarge; LeaseLost; Failed."""
        request.headers["Accept-Encoding"] = "identity"
        call = await self.in_database(self.begin, (await request.aread()).decode(errors="replace"))
        self.outcome, body = "no_answer", b""
        try:
            async with asyncio.timeout(settings.ASSISTANT_TIMEOUT):
                response = await self.inner.handle_async_request(request)
                body = await read(response)
                self.outcome = "ok" if response.is_success else str(response.status_code)
        except TimeoutError:
            self.outcome = "timeout"
            raise httpx2.ReadTimeout("", request=request) from None
        except httpx2.TimeoutException:
            self.outcome = "timeout"
            raise
        except TooLarge:
            self.outcome = "too_large"
            raise
        finally:
            await self.in_database(self.end, call, body)
        return httpx2.Response(response.status_code, headers=kept(response.headers), content=body, request=request)

    async def aclose(self) -> None:
        await self.inner.aclose()

    async def in_database(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Django's connections are not for the thread of an event loop."""
        if self.stopped:
            raise self.stopped
        try:
            return await asyncio.to_thread(in_thread(function), *arguments)
        except (LeaseLost, Failed) as stopped:
            self.stopped = stopped  # the library of the provider tells of no cause
            raise

    def begin(self, request: str) -> ModelCall:
        self.step(f"asking the language model, request {self.job.requests + 1}")
        self.began = timezone.now()
        if not breaker.lets_through(self.began):
            raise Failed("away")
        return exchanges.begin(self.job, request, now=self.began)

    def end(self, call: ModelCall, body: bytes) -> None:
        text, now = body.decode(errors="replace").replace("\0", ""), timezone.now()
        if self.outcome == "ok":  # whatever the answer is worth
            breaker.note_success(began=call.at, now=now)
            self.began = now
        exchanges.end(call, outcome=self.outcome, response=text, tokens=tokens_of(text), now=now)


async def read(response: httpx2.Response) -> bytes:
    """The whole body. Raises TooLarge."""
    body = b""
    try:
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise TooLarge("packed")
        async for part in response.aiter_raw():
            body += part
            if len(body) > MAX_RESPONSE:
                raise TooLarge("long")
    finally:
        await response.aclose()
    return body


def kept(headers: httpx2.Headers) -> dict[str, str]:
    """Those that say something of an answer that was read already."""
    return {name: value for name, value in headers.items() if name in {"content-type", "retry-after", "retry-after-ms"}}


def tokens_of(body: str) -> tuple[int, int]:
    """What the provider says that it read and wrote; nothing if it does not say."""
    try:
        usage = json.loads(body).get("usage") or {}
        return counted(usage, READ), counted(usage, WRITTEN)
    except (ValueError, AttributeError, TypeError, RecursionError):
        return 0, 0


def counted(usage: dict[str, Any], names: Iterable[str]) -> int:
    """The first of these numbers that is there, from 0 to MAX_TOKENS."""
    return int(min(max(next((usage[name] for name in names if name in usage), 0), 0), MAX_TOKENS))
