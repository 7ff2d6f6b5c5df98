"""A mail server on this machine that speaks SMTP, and does at a step what a test tells it."""

import asyncio
import email
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

DROP = ""  # instead of an answer: the connection ends without one


@dataclass
class MailServer:
    """`moods` are answers such as "421 busy", or DROP, each used once, by the number of the message and the step: MAIL,
    RCPT, DATA (the command), BODY (the message itself, which is taken when it is dropped), IDLE (after the message).
    """

    moods: dict[tuple[int, str], str] = field(default_factory=dict)
    password: bytes = b""  # that people have to sign in with
    latency: float = 0.0  # seconds that it thinks about a message
    messages: int = 0  # that were begun
    connections: int = 0
    taken: list[str] = field(default_factory=list)  # Message-IDs
    port: int = 0

    def mood(self, step: str) -> str | None:
        return self.moods.pop((self.messages, step), None)

    async def handle_DATA(self, smtp: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        await asyncio.sleep(self.latency)
        mood = self.mood("BODY")
        if mood in {None, DROP}:
            assert isinstance(envelope.content, bytes)
            self.taken.append(email.message_from_bytes(envelope.content)["Message-ID"].strip())
        if mood == DROP:
            assert isinstance(smtp.transport, asyncio.Transport)
            smtp.transport.abort()
        return mood or "250 OK"

    def sign_in(self, smtp: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == self.password, handled=False)


class Moody(SMTP):
    def __init__(self, server: MailServer, loop: asyncio.AbstractEventLoop) -> None:
        wants = bool(server.password)
        super().__init__(server, loop=loop, auth_required=wants, auth_require_tls=False, authenticator=server.sign_in)
        self.server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.server.connections += 1
        super().connection_made(transport)

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802
        self.server.messages += 1
        if not await self.answered("MAIL"):
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802
        if not await self.answered("RCPT"):
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        if not await self.answered("DATA"):
            await super().smtp_DATA(arg)
            await self.answered("IDLE")

    async def answered(self, step: str) -> bool:
        mood = self.server.mood(step)
        if mood:
            await self.push(mood)
        if mood == DROP or (mood and step == "IDLE"):
            assert self.transport is not None
            self.transport.close()
        return mood is not None


@contextmanager
def running(server: MailServer) -> Iterator[MailServer]:
    """Listens on `server.port`, in a thread."""
    loop = asyncio.new_event_loop()
    listening = loop.run_until_complete(loop.create_server(lambda: Moody(server, loop), "127.0.0.1", 0))
    server.port = listening.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        listening.close()
        loop.close()
