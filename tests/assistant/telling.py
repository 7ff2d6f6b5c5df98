"""The site as it is shipped, with one address more: which modules this process of gunicorn has loaded."""

import json
import sys
from collections.abc import Callable, Iterable
from typing import Any

from catalog_site.wsgi import application as site


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    if environ["PATH_INFO"] != "/modules":
        answer: Iterable[bytes] = site(environ, start_response)
        return answer
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(sorted(sys.modules)).encode()]
