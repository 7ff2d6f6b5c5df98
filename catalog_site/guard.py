"""What a request may be, decided before anything reads its query, its body or the rows that it is about.

Both stand before everything that looks into a body; `catalog_site/wsgi.py` stands before Django (decision 0013).
"""

import sys
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.files import uploadhandler
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError

from accounts.bodies import is_streamed, longest_body, takes_multipart
from api.middleware import refusal
from api.paths import is_door
from catalog_site.arrivals import MAX_BODY_BYTES
from catalog_site.bodies import CUT, FAULT
from catalog_site.content_types import MULTIPART, UNREADABLE

GetResponse = Callable[[HttpRequest], HttpResponse]
UNREAD = {
    "body_late": "The body did not come to its end in time. Nothing was done: send it again.",
    "unreadable_body": "The body's chunks cannot be read. Nothing was done: send it with a Content-Length.",
}


class HttpsOnly:
    """Refuses calls of the API over plain http, which a redirect would hide: the token has been exposed.

    Before CORS: a browser whose preflight is refused does not send the token.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and is_door(request.path_info) and not request.is_secure():
            detail = "The API is called over https alone."
            if request.META.get("HTTP_AUTHORIZATION"):
                detail += " The token was exposed on its way: replace it on Settings > API."
            return refusal(request, "https_required", detail=detail)
        return self.get_response(request)


class BodyGuard:
    """Lets a body through when it is UTF-8, and of a size and kind that its view takes."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.META.get("CONTENT_TYPE") == UNREADABLE:
            sentence = "The Content-Type cannot be read: name one media type, and no charset but UTF-8."
            return refusal(request, "unreadable_content_type", detail=sentence)
        if fault := request.META.get(FAULT):
            return refusal(request, fault, detail=UNREAD[fault])
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *of_view: Any) -> HttpResponse | None:
        """Runs before the check of CSRF, which reads the form of whoever sends one."""
        if is_streamed(view):
            return self.refuse_cut(request)
        if length(request) > (longest := longest_body(view)):
            return refusal(
                request, "body_too_large", detail=f"The body is larger than {longest:,} bytes: send less at once."
            )
        if (request.content_type or "").startswith(MULTIPART):
            if not takes_multipart(view):
                sentence = "No files are taken here: send the body in another form than multipart."
                return refusal(request, "multipart_not_taken", detail=sentence)
            request.upload_handlers = [
                uploadhandler.MemoryFileUploadHandler(request),
                uploadhandler.TemporaryFileUploadHandler(request),
            ]
        return None

    def refuse_cut(self, request: HttpRequest) -> HttpResponse | None:
        """413 for a body in chunks that was not read to its end; a view that streams takes one with a length."""
        if not request.META.get(CUT):
            return None
        sentence = f"A body in chunks has {MAX_BODY_BYTES:,} bytes at the most: send it with a Content-Length."
        return refusal(request, "body_too_large", detail=sentence)


def length(request: HttpRequest) -> int:
    """The Content-Length, which is all that Django reads; `catalog_site.bodies` gives one to a body in chunks.

    Larger than any limit when it is no number, over which Django would stumble.
    """
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return sys.maxsize


class RefuseFiles(uploadhandler.FileUploadHandler):
    """Refuses files for every view that does not declare that it takes them (`accounts/bodies.py`)."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise MultiPartParserError("No files are taken here.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None
