"""The site's own settings for measurements: no call reaches a limit, though each is counted."""

from catalog_site import settings as shipped
from catalog_site.settings import *

SHIPPED_CALLS_PER_MINUTE: int = shipped.CALLS_PER_MINUTE
CALLS_PER_MINUTE = BAD_TOKENS_PER_MINUTE = 10_000_000
METRICS_TOKEN = "measured"  # noqa: S105  # of a server that is thrown away
