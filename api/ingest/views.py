"""The door for files: each request is one upload, stored before it is answered (decision 0043)."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.http import Http404, HttpRequest, UnreadablePostError
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.bodies import streams_body
from api.authentication import token_of
from api.doors import BodyLate, DoorView, NowhereView
from api.ingest.bodies import FRAME, declared_length, read_file
from api.problems import Problem, explain, problem
from catalog.choices import SourceType
from ingestion import receiving, sources, store
from ingestion.errors import Unusable, UnusableUpload, UploadRefused, UploadTooLarge
from ingestion.models import Family
from ingestion.receiving import Place
from tokens.doors import Door


class UploadForm:
    """The door's form: RFC 9457's, with the sentence once more as `error`, which uploaders of others print."""

    @classmethod
    def explain(cls, error: Exception) -> Problem | None:
        if isinstance(error, Unusable):
            return problem(UnusableUpload.code, detail=str(error))
        if isinstance(error, UploadRefused):
            return problem(error.code, detail=str(error), facts=error.facts)
        return explain(error)

    @classmethod
    def problem_body(cls, problem: Problem) -> Any:
        return problem.document | {"error": problem.detail}


@extend_schema(exclude=True)
class UploadView(UploadForm, DoorView):
    """Files for sources of one type; `family` is what their importers are."""

    door = Door.INGEST
    operations: ClassVar = {"POST": "ingest.upload"}
    http_method_names = ("post",)
    source_type: SourceType | None = None  # None: manual lineage
    family = Family.MANUAL
    file: store.Incoming | None = None
    form_name = ""

    @streams_body
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        finally:
            if self.file:
                self.file.discard()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if not settings.INGESTION_ENABLED:
            raise Http404
        if request.method != "POST":
            raise MethodNotAllowed(str(request.method))
        super().initial(request, *args, **kwargs)

    def read_body(self, request: Request) -> None:
        """Have the file in the store's folder. All that can be said without it is said first."""
        sent = request._request  # noqa: SLF001  # DRF's would read the body by itself
        self.place = self.find_place(request)
        receiving.read_name(self.place, now=datetime.now(UTC))
        length = declared_length(sent)
        if length > settings.UPLOAD_MAX_BYTES + FRAME:
            raise UploadTooLarge(settings.UPLOAD_MAX_BYTES)
        store.refuse_if_full(length)
        self.file = store.Incoming(limit=settings.UPLOAD_MAX_BYTES)
        try:
            self.form_name = read_file(sent, self.file)
        except UnreadablePostError:
            raise BodyLate from None

    def find_place(self, request: Request) -> Place:
        """Raises UnknownSource, and UnusableUpload for an odd name."""
        path = decoded_path(request._request)  # noqa: SLF001  # as above
        if self.source_type is None:
            return Place(None, self.family, path, path)
        source = sources.find_source(token_of(request).account, self.kwargs["source_id"], kind=self.source_type)
        for part in (self.kwargs.get("project"), self.kwargs["name"]):
            if part is not None:
                receiving.check_name(part)
        return Place(source, self.family, path, self.kwargs["name"])

    def post(self, request: Request, **kwargs: str) -> Response:
        assert self.file is not None
        upload = receiving.receive(
            token_of(request).account,
            place=self.place,
            file=self.file,
            form_name=self.form_name,
            by=self.actor(request),
            now=datetime.now(UTC),
        )
        address = settings.API_BASE_URL + reverse("api-import", args=[upload.batch_id])
        told = {"path": upload.path, "upload": str(upload.pk), "sha256": upload.sha256, "import": address}
        return Response(told, status=201)


class ManualLineageView(UploadView):
    operations: ClassVar = {"POST": "ingest.manual_lineage"}


class NoUploadView(UploadForm, NowhereView):
    """404 for every other address that begins like an upload's, whatever is sent there."""

    @streams_body
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return super().dispatch(request, *args, **kwargs)


def decoded_path(request: HttpRequest) -> str:
    """The path as the client means it, without its first slash. Raises UnusableUpload when it is not UTF-8.

    Django shows bytes that are none as if they had been percent-encoded twice; gunicorn tells what was really sent.
    """
    sent = request.META.get("RAW_URI", "").partition("?")[0]
    try:
        unquote_to_bytes(sent.encode("latin-1")).decode()
    except UnicodeError:
        raise UnusableUpload("The name of the file is not UTF-8.") from None
    return request.path_info.removeprefix("/")
