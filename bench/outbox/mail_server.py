"""A mail server that takes everything, and remembers when which message came; knows nothing of Django.

    python -m bench.outbox.mail_server

It says its port. At each line that it reads it says what came since the last one, as JSON: how often each Message-ID,
and the seconds from the first message to the last.
"""

import asyncio
import email
import json
import sys
import time
from collections import Counter

from aiosmtpd.smtp import SMTP, Envelope, Session


class Taken:
    def __init__(self) -> None:
        self.messages: list[bytes] = []
        self.times: list[float] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802  # aiosmtpd's
        assert isinstance(envelope.content, bytes)
        self.messages.append(envelope.content)
        self.times.append(time.monotonic())
        return "250 OK"

    def report(self) -> str:
        """Parsed here, where it takes nobody's time."""
        copies = Counter(email.message_from_bytes(message)["Message-ID"].strip() for message in self.messages)
        spent = self.times[-1] - self.times[0] if self.times else 0.0
        self.messages, self.times = [], []
        return json.dumps({"copies": copies, "seconds": spent})


async def main() -> None:
    taken, loop = Taken(), asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(taken), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(taken.report(), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
