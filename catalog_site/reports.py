"""What Django reports of an error, as the page that DEBUG shows or as text.

No token, key of a link, cookie or password is in it.
"""

import re
from collections.abc import ItemsView
from types import FrameType
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from catalog_site.logs import masked
from tokens.keys import redact


class Masked:
    """A variable on one line: a token in bytes that are broken over lines would not be recognised."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __repr__(self) -> str:
        return redact(repr(self.value))


class CarefulFilter(SafeExceptionReporterFilter):
    # Of settings, headers and variables. Two settings hold a password inside an address.
    hidden_settings = re.compile(
        SafeExceptionReporterFilter.hidden_settings.pattern + "|COOKIE|PEPPER|REDIS_URL|BROKER_URL", re.IGNORECASE
    )

    def is_active(self, request: HttpRequest | None) -> bool:
        """Also with DEBUG: whoever looks over a shoulder, or gets the page mailed, shall not read a token."""
        return True

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return dict.fromkeys(super().get_safe_cookies(request), self.cleansed_substitute)

    def get_traceback_frame_variables(self, request: HttpRequest | None, tb_frame: FrameType) -> ItemsView[str, Any]:
        variables = super().get_traceback_frame_variables(request, tb_frame)
        return {name: Masked(self.cleanse_setting(name, value)) for name, value in variables}.items()


class CarefulReporter(ExceptionReporter):
    """Masks the finished report, so that the address, the message and the form are covered too."""

    def get_traceback_html(self) -> SafeString:
        return mark_safe(masked(super().get_traceback_html()))  # noqa: S308  # as it came

    def get_traceback_text(self) -> SafeString:
        return mark_safe(masked(super().get_traceback_text()))  # noqa: S308  # as it came
