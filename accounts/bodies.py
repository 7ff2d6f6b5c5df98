"""How large a request's body may be, view by view; `catalog_site/guard.py` refuses the rest.

A view that declares nothing takes a form without files.
"""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

MAX_FORM_BYTES = 64_000


def takes_body(*, of: int, multipart: bool = False) -> Callable[[View], View]:
    """Declares that the view takes up to `of` bytes; and with `multipart` files, which may be put on disk."""

    def declare(view: View) -> View:
        view.longest_body, view.takes_multipart = of, multipart  # type: ignore[attr-defined]
        return view

    return declare


def streams_body(view: View) -> View:
    """Declares that the view reads its body piece by piece and bounds it itself: nobody else reads or refuses it."""
    view.streams_body = True  # type: ignore[attr-defined]
    return view


def is_streamed(view: Callable[..., Any]) -> bool:
    return getattr(view, "streams_body", False)


def longest_body(view: Callable[..., Any]) -> int:
    return getattr(view, "longest_body", MAX_FORM_BYTES)


def takes_multipart(view: Callable[..., Any]) -> bool:
    return getattr(view, "takes_multipart", False)
