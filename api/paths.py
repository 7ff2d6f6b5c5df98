"""Where the doors for machines stand: read by settings, which come before Django, and by middleware."""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DoorPath:
    """All addresses below `prefix`: no session opens them, nothing redirects, no answer is kept by a cache.

    `cross_origin` lets scripts of CORS_ALLOWED_ORIGINS call it. `pages` lie below it and are for people.
    """

    prefix: str
    cross_origin: bool = False
    pages: tuple[str, ...] = ()


# At the root, since programs of others make these addresses; perhaps on a host of their own (INGEST_BASE_URL).
UPLOADS = ("/warehouse-", "/visualization-", "/transformation-", "/quality-", "/manual-lineage")
PAGE_OF_UPLOADS = "/imports/upload/"  # where people send files, whose bodies are streamed as well
DOORS = (
    DoorPath("/api/", cross_origin=True, pages=("/api/docs/", "/api/problems/")),
    DoorPath("/public/", cross_origin=True),
    DoorPath("/mcp/"),  # AI clients are programs: no page of another site holds a token
    *map(DoorPath, UPLOADS),
)
PREFIXES = tuple(door.prefix for door in DOORS)
PAGES = tuple(page for door in DOORS for page in door.pages)


def is_door(path: str) -> bool:
    """Whether programs call this address: no session opens it, and no page comes back."""
    return path.startswith(PREFIXES) and not path.startswith(PAGES)


def is_upload(path: str) -> bool:
    """Whether files are sent to this address."""
    return path.startswith(UPLOADS)


def never_redirected(doors: tuple[DoorPath, ...] = DOORS) -> list[str]:
    """For SECURE_REDIRECT_EXEMPT, which knows paths without their first slash."""
    return [f"^{excepting(door.pages)}{re.escape(door.prefix[1:])}" for door in doors]


def excepting(pages: tuple[str, ...]) -> str:
    return f"(?!{'|'.join(re.escape(page[1:]) for page in pages)})" if pages else ""


def called_by_browsers(doors: tuple[DoorPath, ...] = DOORS) -> str:
    """For CORS_URLS_REGEX; matches nothing when no door is open to other origins."""
    prefixes = [re.escape(door.prefix) for door in doors if door.cross_origin]
    return f"^({'|'.join(prefixes)})" if prefixes else r"(?!)"
