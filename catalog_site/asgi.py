"""The ASGI application, for platforms that want one; production serves WSGI, where no unread body lies on a disk."""

import os
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from django.core.asgi import get_asgi_application

from catalog_site.content_types import reduced
from database.web import limit_connections

Message = MutableMapping[str, Any]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "catalog_site.settings")
site = get_asgi_application()
limit_connections()


async def application(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Mapping[str, Any]], Awaitable[None]]
) -> None:
    """Django behind a Content-Type that it can read, as in `catalog_site/wsgi.py`."""
    fields = [(name, known(value) if name == b"content-type" else value) for name, value in scope.get("headers", ())]
    await site({**scope, "headers": fields}, receive, send)


def known(value: bytes) -> bytes:
    return reduced(value.decode("latin-1")).encode("latin-1")
