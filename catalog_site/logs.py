"""Logs: one line an event, with the request's id, in which no API token and no key of a link can appear."""

import logging
import logging.config
import re
from typing import Any
from urllib.parse import unquote

import structlog

from tokens.keys import redact

FORMATS = ("json", "console")
LEVELS = ("debug", "info", "warning", "error")
# Whoever has the rest of one of these addresses sets a password, joins an account, or reads a calendar.
BEFORE_KEYS = re.compile(r"/(?:accounts/(?:password/reset/key|join)|expiries)/(?=.)", re.IGNORECASE | re.DOTALL)
KEYS = re.compile(rf"({BEFORE_KEYS.pattern})[^\s\"'<>\\?#]*[^\s\"'<>\\?#/]", re.IGNORECASE)


def without_secrets(path: str) -> str:
    """The path of an address as a log may show it: without its query, and dots for the key of a link."""
    path = path.partition("?")[0]
    prefix = BEFORE_KEYS.search(unquote(path))
    return f"{prefix[0]}•••{'/' * path.endswith('/')}" if prefix else path


def masked(line: str) -> str:
    """The line of a log without tokens and keys of links."""
    return KEYS.sub(r"\1•••", redact(line))


def without_query(logger: object, method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Cut `request` to method and path: a secret in a query may be encoded so that no mask knows it."""
    if isinstance(event.get("request"), str):
        method, _, path = event["request"].partition(" ")
        event["request"] = f"{method} {without_secrets(path)}"
    return event


BEFORE_RENDERING: list[Any] = [
    structlog.contextvars.merge_contextvars,
    without_query,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
]


class RedactingFormatter(structlog.stdlib.ProcessorFormatter):
    """Masks in the finished line, so that arguments and tracebacks are covered too."""

    def format(self, record: logging.LogRecord) -> str:
        return masked(super().format(record))


def configuration(*, log_format: str, level: str) -> dict[str, Any]:
    """A logging dictConfig that writes `json` or `console` lines to standard error."""
    renderers: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
        if log_format == "json"
        # The default formatter shows every local variable of a traceback when `rich` is there, passwords too.
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": RedactingFormatter,
                "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderers],
                "foreign_pre_chain": BEFORE_RENDERING,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # django-structlog says once what these two would say again without the request's id.
            "django.server": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            # Its records carry what was sent to a tool; `mcp_call` says the rest.
            "django_mcpz.calls": {"level": "WARNING"},
            # Theirs have what is sent to a language model; the rows of the assistant say the rest.
            **{name: {"level": "WARNING"} for name in ("openai", "anthropic", "httpx2", "httpcore2", "pydantic_ai")},
        },
    }


def configure(config: dict[str, Any]) -> None:
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *BEFORE_RENDERING,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
