"""Bodies that come in chunks (RFC 9112, 7.1): Django reads no further than the Content-Length that they do not have."""

import io
from wsgiref.types import WSGIEnvironment

from catalog_site.arrivals import MAX_BODY_BYTES

FAULT = "catalog.body"  # the row of api.problems.PROBLEMS for a body that cannot be read
CUT = "catalog.cut"  # whether there was more than MAX_BODY_BYTES of it, of which the rest was not read


def measured(environ: WSGIEnvironment) -> None:
    """Read the body, and say how long it is; of one that no view takes, a byte too many.

    The server says that a body ends where it does (`wsgi.input_terminated`), or nothing is read.
    """
    del environ["HTTP_TRANSFER_ENCODING"]
    if not environ.get("wsgi.input_terminated"):
        return
    body = b""
    try:
        body = environ["wsgi.input"].read(MAX_BODY_BYTES + 1)
    except TimeoutError:
        environ[FAULT] = "body_late"
    except Exception:  # noqa: BLE001  # each server has its own for chunks that are none
        environ[FAULT] = "unreadable_body"
    environ[CUT] = len(body) > MAX_BODY_BYTES
    environ["wsgi.input"], environ["CONTENT_LENGTH"] = io.BytesIO(body), str(len(body))
