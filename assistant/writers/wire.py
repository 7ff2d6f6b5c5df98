"""The one way out to a language model: no redirects, answers that are small and in time, and each exchange on record.

Loaded by workers alone, with the libraries of requirements/assistant.txt.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx2
from django.conf import settings
from django.utils import timezone

from assistant import exchanges
from assistant.errors import LeaseLost
from assistant.models import Job, ModelCall
from assistant.writers.tools import in_thread

MAX_RESPONSE = 200_000  # bytes
# How providers say what they counted: OpenAI's names, Anthropic's.
READ, WRITTEN = ("prompt_tokens", "input_tokens"), ("completion_tokens", "output_tokens")


class TooLarge(httpx2.RequestError):
    """The answer is longer than MAX_RESPONSE, or packed so that nobody can tell."""


class Wire(httpx2.AsyncBaseTransport):
    """Sends the requests of one job. `lost` is set when somebody else has the job: nothing leaves any more."""

    def __init__(self, job: Job, step: Callable[[str], None]) -> None:
        self.job, self.step = job, step
        self.inner = httpx2.AsyncHTTPTransport(retries=0)
        self.lost: LeaseLost | None = None
        self.outcome = ""  # of the last request

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Raises ReadTimeout after ASSISTANT_TIMEOUT, whatever trickles in; TooLarge; LeaseLost."""
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
        if self.lost:
            raise self.lost
        try:
            return await asyncio.to_thread(in_thread(function), *arguments)
        except LeaseLost as lost:
            self.lost = lost  # the library of the provider tells of no cause
            raise

    def begin(self, request: str) -> ModelCall:
        self.step(f"asking the language model, request {self.job.requests + 1}")
        return exchanges.begin(self.job, request, now=timezone.now())

    def end(self, call: ModelCall, body: bytes) -> None:
        text = body.decode(errors="replace").replace("\0", "")
        exchanges.end(call, outcome=self.outcome, response=text, tokens=tokens_of(text), now=timezone.now())


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
        taken, given = (next((int(usage[name]) for name in names if name in usage), 0) for names in (READ, WRITTEN))
    except (ValueError, AttributeError, TypeError):
        return 0, 0
    return max(taken, 0), max(given, 0)
