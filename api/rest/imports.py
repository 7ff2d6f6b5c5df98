"""REST: imports, for programs that upload files and wait for what becomes of them."""

from typing import Any, ClassVar
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Account
from api.authentication import token_of
from api.doors import DoorView
from api.problems import Problem, explain, problem
from api.rest.serializers import ConfirmSerializer, ImportPageSerializer, ImportReportSerializer, IssuePageSerializer
from catalog.ids import known_uuid
from catalog.models import Source
from ingestion import queue
from ingestion.errors import NotPossible, UnknownBatch
from ingestion.models import Batch, ImportIssue
from ingestion.reports import batches_of, issues_of
from ingestion.sources import sources_of
from tokens.doors import Door

ROWS_PER_PAGE = 100
PAGE = OpenApiParameter("page", int, description=f"Of {ROWS_PER_PAGE} rows; the first is 1.")
UNKNOWN = OpenApiResponse(description="No such import in this account.")
ODD = OpenApiResponse(description="A parameter that makes no sense; the sentence says which.")


class OfImports(DoorView):
    """Unknown while INGESTION_ENABLED is off."""

    door = Door.REST

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if not settings.INGESTION_ENABLED:
            raise Http404

    @classmethod
    def explain(cls, error: Exception) -> Problem | None:
        if isinstance(error, UnknownBatch | NotPossible):
            return problem(error.code, detail=str(error))
        return explain(error)


class ImportsView(OfImports):
    operations: ClassVar = {"GET": "rest.imports.list"}

    @extend_schema(
        operation_id="imports_list",
        parameters=[
            OpenApiParameter("source", str, description="The id of a source."),
            OpenApiParameter("state", str, enum=Batch.State.values),
            PAGE,
        ],
        responses={200: ImportPageSerializer, 400: ODD},
    )
    def get(self, request: Request) -> Response:
        """The account's imports, the latest first."""
        account = token_of(request).account
        source = source_of(account, request.query_params.get("source", ""))
        state = among(Batch.State.values, request, "state")
        return Response(ImportPageSerializer(paged(request, batches_of(account, source=source, state=state))).data)


class ImportView(OfImports):
    operations: ClassVar = {"GET": "rest.imports.read"}

    @extend_schema(operation_id="imports_read", responses={200: ImportReportSerializer, 404: UNKNOWN})
    def get(self, request: Request, batch_id: UUID) -> Response:
        """One import: its state, its files, and what became of them."""
        return Response(ImportReportSerializer(find(request, batch_id)).data)


class ImportIssuesView(OfImports):
    operations: ClassVar = {"GET": "rest.imports.issues"}

    @extend_schema(
        operation_id="imports_issues",
        parameters=[
            OpenApiParameter("kind", str, description="Of files of this kind, for example table."),
            OpenApiParameter("word", str, enum=ImportIssue.Word.values),
            PAGE,
        ],
        responses={200: IssuePageSerializer, 400: ODD, 404: UNKNOWN},
    )
    def get(self, request: Request, batch_id: UUID) -> Response:
        """What was wrong with rows of an import, by file and row."""
        batch = find(request, batch_id)
        word = among(ImportIssue.Word.values, request, "word")
        issues = issues_of(batch, kind=request.query_params.get("kind", ""), word=word)
        return Response(IssuePageSerializer(paged(request, issues)).data)


class ConfirmImportView(OfImports):
    operations: ClassVar = {"POST": "rest.imports.confirm"}

    @extend_schema(
        operation_id="imports_confirm",
        request=ConfirmSerializer,
        responses={
            200: ImportReportSerializer,
            400: ODD,
            404: UNKNOWN,
            409: OpenApiResponse(description="It is not held, or has other numbers by now. Nothing was changed."),
        },
    )
    def post(self, request: Request, batch_id: UUID) -> Response:
        """Say yes to a held import: it deletes what it says, and is imported as soon as its turn comes."""
        sent = ConfirmSerializer(data=request.data or {})
        if not sent.is_valid():
            raise ParseError("`deleted` is an object of numbers by kind, as the import says them.")
        shown = sent.validated_data.get("deleted")
        account, by = token_of(request).account, self.actor(request)
        queue.confirm(account, batch_id, by=by, now=timezone.now(), shown=shown)
        return Response(ImportReportSerializer(find(request, batch_id)).data)


def find(request: Request, batch_id: UUID) -> Batch:
    """Raises UnknownBatch."""
    batch = Batch.objects.filter(account=token_of(request).account, pk=batch_id).first()
    if batch is None:
        raise UnknownBatch
    return batch


def source_of(account: Account, text: str) -> Source | None:
    """Raises ParseError for what is no source of the account."""
    if not text:
        return None
    pk = known_uuid(text)
    source: Source | None = sources_of(account).filter(pk=pk).first() if pk else None
    if source is None:
        raise ParseError("There is no such source that takes files.")
    return source


def among(values: list[str], request: Request, name: str) -> str:
    """What the address says; empty when it says nothing. Raises ParseError for what is none of these."""
    text = str(request.query_params.get(name, ""))
    if text and text not in values:
        raise ParseError(f"`{name}` is one of: {', '.join(values)}.")
    return text


def paged(request: Request, rows: QuerySet[Any]) -> dict[str, Any]:
    """Raises ParseError for what is no page."""
    text = request.query_params.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise ParseError("`page` is a number from 1 on.")
    pages = Paginator(rows, ROWS_PER_PAGE)
    results = list(pages.page(int(text))) if int(text) <= pages.num_pages else []
    return {"total": pages.count, "page": int(text), "pages": pages.num_pages, "results": results}
