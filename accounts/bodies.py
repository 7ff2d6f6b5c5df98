"""What a view takes of a request's body. One that says nothing takes a form without files."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])

FORM = 64_000  # bytes


def takes_body(*, of: int, multipart: bool = False) -> Callable[[View], View]:
    """Lets bodies of so many bytes through to the view; and with `multipart` files, which may be put on disk."""

    def declare(view: View) -> View:
        view.longest_body, view.takes_multipart = of, multipart  # type: ignore[attr-defined]
        return view

    return declare


def longest_body(view: Callable[..., Any]) -> int:
    return getattr(view, "longest_body", FORM)


def takes_multipart(view: Callable[..., Any]) -> bool:
    return getattr(view, "takes_multipart", False)
