"""gunicorn's access log, for whoever switches it on: with the masks of the other log."""

import logging
from datetime import timedelta
from typing import Any

from gunicorn.glogging import Logger

from catalog_site.logs import masked, without_secrets


class Masked(logging.Formatter):
    """Wraps another formatter, and masks its line."""

    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self.inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return masked(self.inner.format(record))


class AccessLog(Logger):  # type: ignore[misc]  # the package is not typed
    """gunicorn's logger: no line shows a query, a token or the key of a link, whatever a format asks for."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in self.access_log.handlers:
            if handler.formatter:
                handler.setFormatter(Masked(handler.formatter))

    def atoms(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> dict[str, Any]:
        """The fields that a format may name."""
        atoms: dict[str, Any] = super().atoms(resp, req, environ, request_time)
        path = without_secrets(environ["RAW_URI"])
        atoms |= {"r": f"{atoms['m']} {path} {atoms['H']}", "U": without_secrets(atoms["U"]), "q": ""}
        return atoms | {"{raw_uri}e": path, "{path_info}e": atoms["U"], "{query_string}e": ""}

    def access(self, resp: Any, req: Any, environ: dict[str, Any], request_time: timedelta) -> None:
        """Builds the line only if a handler takes it; gunicorn builds it always."""
        if self.access_log.handlers:
            super().access(resp, req, environ, request_time)
