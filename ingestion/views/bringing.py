"""What administrators bring to Imports: a source, and a file of one."""

from http import HTTPStatus

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from accounts.actors import person_from
from accounts.bodies import streams_body
from accounts.permissions import account_of
from catalog.choices import SourceTechnology
from catalog.errors import InvalidInput
from ingestion import bringing, store
from ingestion.errors import IngestionError, NoSpace, PathTaken, Unusable, UnusableUpload, UploadRefused, UploadTooLarge
from ingestion.forms import SourceForm, UploadForm
from ingestion.sources import create_source
from ingestion.views.access import actors, for_dialog

MAX_FILE_BYTES = 100 * 2**20
FRAME = 16_384  # bytes that a form may have around its file
PIECE = 2**20  # bytes that are read at once
STATUSES: dict[type[IngestionError], int] = {
    UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    PathTaken: HTTPStatus.CONFLICT,
    NoSpace: HTTPStatus.INSUFFICIENT_STORAGE,
}  # others: 422


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@actors
def add_source(request: HttpRequest) -> HttpResponse:
    form = SourceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            source = create_source(
                account_of(request),
                name=form.cleaned_data["name"],
                technology=SourceTechnology(form.cleaned_data["technology"]),
                by=person_from(request),
                now=timezone.now(),
            )
        except InvalidInput as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"“{source.name}” is added. Its id is {source.pk}.")
            return redirect("imports")
    template = "ingestion/_source.html" if for_dialog(request) else "ingestion/source.html"
    return render(request, template, {"form": form}, status=422 if form.is_bound else 200)


class IntoStore(FileUploadHandler):
    """Writes the only file of a form where uploads arrive; `name` is what the form calls it, None before it came."""

    chunk_size = PIECE

    def __init__(self, file: store.Incoming) -> None:
        super().__init__()
        self.file, self.name = file, None  # type: store.Incoming, str | None

    def new_file(self, field_name: str, file_name: str, *args: object, **kwargs: object) -> None:
        if self.name is not None:
            raise UnusableUpload("Choose one file.")
        self.name = file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> None:
        return None  # it is kept by whoever has the Incoming


@streams_body
@csrf_exempt  # `take` is protected: the check reads the form, which only those may send who passed the guard
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@actors
def upload(request: HttpRequest) -> HttpResponse:
    """The form, and a file of up to 100 MB, which goes the way of all others."""
    if request.method != "POST":
        return upload_page(request, UploadForm(account_of(request)))
    limit = min(MAX_FILE_BYTES, settings.UPLOAD_MAX_BYTES)
    try:
        if (length := declared_length(request)) > limit + FRAME:
            raise UploadTooLarge(limit)
        store.refuse_if_full(length)
        file = store.Incoming(limit=limit)
    except UploadRefused as error:
        return refused(request, error)
    try:
        request.upload_handlers = [handler := IntoStore(file)]
        return take(request, handler)
    except (UploadRefused, Unusable) as error:
        return refused(request, error)
    finally:
        file.discard()


def declared_length(request: HttpRequest) -> int:
    """The Content-Length; 0 without one, and for what is no number."""
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else 0


@csrf_protect
def take(request: HttpRequest, handler: IntoStore) -> HttpResponse:
    """All of the body is here: the token, which is its last field, has come. Raises UploadRefused, Unusable."""
    form = UploadForm(account_of(request), request.POST)
    if not form.is_valid():
        return upload_page(request, form, status=422)
    if handler.name is None:
        raise UnusableUpload("Choose a file.")
    brought = bringing.bring(
        account_of(request),
        source=form.cleaned_data["source"],
        file=handler.file,
        name=handler.name,
        by=person_from(request),
        now=timezone.now(),
    )
    messages.success(request, f"{brought.path.rpartition('/')[2]} is received.")
    return redirect("import", brought.batch_id)


def refused(request: HttpRequest, error: IngestionError) -> HttpResponse:
    """The form again, and why nothing was stored. What it said is not read again: a file may be in its way."""
    return upload_page(
        request, UploadForm(account_of(request)), error=str(error), status=STATUSES.get(type(error), 422)
    )


def upload_page(request: HttpRequest, form: UploadForm, *, error: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "error": error, "megabytes": MAX_FILE_BYTES // 2**20}
    return render(request, "ingestion/upload.html", context, status=status)
