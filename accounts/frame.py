"""What every page knows: in which region it is, and how dates are written on it."""

from contextvars import ContextVar
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest

from accounts.models import User


@dataclass(frozen=True, slots=True)
class Dates:
    """How somebody reads dates: `moment` and `day` are formats of Django's templates.

    `locale` and `style` are what a browser writes them by, in its own time zone (ECMA-402); empty is the browser's own.
    """

    moment: str = "j M Y, H:i"
    day: str = "j M Y"
    short_day: str = "j M"
    locale: str = ""
    style: str = "medium"


DATES: dict[str, Dates] = {
    User.Dates.BRITISH: Dates(locale="en-GB"),
    User.Dates.AMERICAN: Dates("M j, Y, g:i A", "M j, Y", "M j", locale="en-US"),
    User.Dates.ISO: Dates("Y-m-d H:i", "Y-m-d", "m-d", locale="sv-SE", style="short"),  # Sweden writes ISO 8601
}
BROWSERS_OWN = Dates()
READERS_DATES = ContextVar("readers_dates", default=BROWSERS_OWN)
"""Those of the operator for whom a page of the admin is written."""


def dates_of(user: object) -> Dates:
    return DATES.get(user.dates, BROWSERS_OWN) if isinstance(user, User) else BROWSERS_OWN


def frame(request: HttpRequest) -> dict[str, object]:
    """A context processor. Costs no query of its own."""
    dates = dates_of(getattr(request, "user", None))
    return {
        "region": settings.REGION.upper(),
        "dates": dates,
        "base_url": settings.BASE_URL,
        "takes_files": settings.INGESTION_ENABLED,
    }
