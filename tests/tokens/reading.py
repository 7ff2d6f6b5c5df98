"""What people read on the pages."""

import re
from html import unescape


def text(response):
    """What a person reads on a page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())
