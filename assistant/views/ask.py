"""Ask: questions in plain words, their answers, and one's own conversations."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import person_from
from accounts.bodies import takes_body
from accounts.models import User
from accounts.permissions import account_of, account_required, is_steward
from assistant import queue, services
from assistant.errors import InvalidQuestion, TooManyQuestions, UnknownConversation, UnknownJob
from assistant.examples import examples
from assistant.models import Conversation, Job, Origin
from assistant.rules import MAX_NOTE, MAX_QUESTION
from assistant.views.shown import shown_jobs
from catalog.ids import uuid7

MAX_BYTES = 12 * MAX_QUESTION + 20_000  # forms send up to twelve bytes a character
CONVERSATIONS_PER_PAGE = 30
MAX_JOBS_SHOWN = 50  # of a conversation, the latest
MAX_TITLE = 90  # characters


def question_kept(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Shows a question again, to be copied, when its writer was signed out, or may not ask, or its place is gone."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: Any, **kwargs: Any) -> HttpResponseBase:
        question = request.POST.get("question", "") if request.method == "POST" else ""
        why, status = "", 403
        try:
            if not question:
                return view(request, *args, **kwargs)
            if not isinstance(request.user, User) or not request.user.is_active:
                why = "You were signed out meanwhile. Copy your question, sign in again, and paste it."
            elif request.user.account_id is None:
                why = "Only people of an account can ask."
            else:
                return view(request, *args, **kwargs)
        except UnknownConversation:
            why, status = "This conversation is gone. Copy your question, and ask it in a new one.", 404
        return render(request, "assistant/unasked.html", {"why": why, "question": question}, status=status)

    return guarded


@takes_body(of=MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@question_kept
@account_required
def ask(request: HttpRequest) -> HttpResponse:
    """The box, with `q` in it; or the question that was sent, into the queue."""
    if request.method != "POST":
        return box(request, question=request.GET.get("q", "")[:MAX_QUESTION])
    question, sent_in = request.POST.get("question", ""), request.POST.get("conversation", "")
    conversation = own_conversation(request, sent_in) if sent_in else None
    external_id = conversation.external_id if conversation else str(uuid7())
    by, now = person_from(request), timezone.now()
    try:
        job = services.ask(
            asker(request), question=question, external_id=external_id, origin=Origin.APP, by=by, now=now
        )
    except InvalidQuestion as fault:
        return asked_again(request, conversation, question, str(fault), status=422)
    except TooManyQuestions as fault:
        answer = asked_again(request, conversation, question, str(fault), status=429)
        answer["Retry-After"] = str(fault.retry_after)
        return answer
    return to_job(job)


def asked_again(
    request: HttpRequest, conversation: Conversation | None, question: str, error: str, *, status: int
) -> HttpResponse:
    """The page with the question in its box, and why it was not taken."""
    if conversation is None:
        return box(request, question=question, error=error, status=status)
    return thread(request, conversation, question=question, error=error, status=status)


def box(request: HttpRequest, *, question: str = "", error: str = "", status: int = 200) -> HttpResponse:
    """The page to begin at: the box, examples, and one's own conversations."""
    first = Job.objects.filter(conversation=OuterRef("pk")).order_by("created_at").values("question")[:1]
    own = Conversation.objects.filter(user=asker(request)).order_by("-last_at", "-pk").annotate(first=Subquery(first))
    page = Paginator(own, CONVERSATIONS_PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "account": account_of(request),
        "may_mend": is_steward(asker(request)),
        "question": question,
        "longest": MAX_QUESTION,
        "error": error,
        "examples": examples(account_of(request)),
        "page": page,
        "days": settings.ASSISTANT_RETENTION_DAYS,
        "conversations": [(one, title(one.first)) for one in page],  # type: ignore[attr-defined]  # annotated
    }
    return render(request, "assistant/ask.html", context, status=status)


@require_safe
@never_cache
@account_required
def conversation(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    return thread(request, shown_or_404(request, conversation_id))


def thread(
    request: HttpRequest, conversation: Conversation, *, question: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    account, now = account_of(request), timezone.now()
    queue.settle_over(now, account=account)  # with no worker alive, no page waits for ever
    latest = list(conversation.jobs.order_by("-created_at", "-pk")[: MAX_JOBS_SHOWN + 1])
    shown = shown_jobs(account, reversed(latest[:MAX_JOBS_SHOWN]), now=now)
    context = {
        "conversation": conversation,
        "title": title(shown[0].job.question if shown else ""),
        "shown": shown,
        "has_more": len(latest) > MAX_JOBS_SHOWN,
        "is_waiting": any(not one.job.is_finished for one in shown),
        "may_ask": conversation.origin == Origin.APP,
        "question": question,
        "longest": MAX_QUESTION,
        "max_note": MAX_NOTE,
        "error": error,
    }
    return render(request, "assistant/conversation.html", context, status=status)


@require_safe
@never_cache
@account_required
def question(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One question as it is now, for the script of the page; the page itself for whoever opens the address."""
    job = job_or_404(request, job_id)
    if "X-Part" not in request.headers:
        return to_job(job)
    queue.settle_over(timezone.now(), account=account_of(request))
    return part(request, job_or_404(request, job_id))


@require_POST
@account_required
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    job = job_or_404(request, job_id)
    services.cancel_job(asker(request), str(job.pk), by=person_from(request), now=timezone.now())
    return changed(request, job)


@require_POST
@account_required
def rate(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Thumb up (1), down (-1), or taken back (0), with a note."""
    job, note = job_or_404(request, job_id), request.POST.get("note")
    thumbs = {"1": 1, "-1": -1, "0": 0}
    thumb = thumbs.get(request.POST.get("thumb", ""), job.thumb)
    try:
        services.rate(
            asker(request),
            str(job.pk),
            thumb=thumb,
            note=None if note is None else note.strip(),
            by=person_from(request),
            now=timezone.now(),
        )
    except InvalidQuestion as fault:
        job.thumb = thumb  # as it was sent, beside the note
        return noted_again(request, job, note or "", str(fault))
    return changed(request, job)


def noted_again(request: HttpRequest, job: Job, note: str, fault: str) -> HttpResponse:
    if "X-Part" in request.headers:
        return part(request, job, note=note, note_error=fault, status=422)
    return render(request, "assistant/unasked.html", {"why": fault, "question": note, "is_note": True}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@account_required
def delete(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Ask, then delete the conversation with all its questions and answers, for good."""
    own = shown_or_404(request, conversation_id)
    if request.method == "POST":
        services.delete_conversation(asker(request), str(own.pk), by=person_from(request), now=timezone.now())
        messages.success(request, "The conversation is deleted.")
        return redirect("ask")
    jobs = Job.objects.filter(conversation=own)
    first = jobs.order_by("created_at").values_list("question", flat=True).first()
    context = {"conversation": own, "title": title(first or ""), "count": jobs.count()}
    return render(request, "assistant/delete.html", context)


# --- What is one's own -------------------------------------------------------------------------


def asker(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the guard saw to it
    return request.user


def own_conversation(request: HttpRequest, text: str) -> Conversation:
    """The person's own from this page. Raises UnknownConversation."""
    try:
        key = UUID(text)
    except ValueError:
        raise UnknownConversation from None
    own = Conversation.objects.filter(pk=key, user=asker(request), account=account_of(request), origin=Origin.APP)
    if (found := own.first()) is None:
        raise UnknownConversation
    return found


def shown_or_404(request: HttpRequest, conversation_id: UUID) -> Conversation:
    own = Conversation.objects.filter(pk=conversation_id, user=asker(request), account=account_of(request)).first()
    if own is None:
        raise Http404
    return own


def job_or_404(request: HttpRequest, job_id: UUID) -> Job:
    try:
        return services.own_job(asker(request), str(job_id))
    except UnknownJob:
        raise Http404 from None


def changed(request: HttpRequest, job: Job) -> HttpResponse:
    """What a form of a question leads to: the question as it is now."""
    return part(request, job_or_404(request, job.pk)) if "X-Part" in request.headers else to_job(job)


def part(request: HttpRequest, job: Job, *, status: int = 200, **more: str) -> HttpResponse:
    [shown] = shown_jobs(account_of(request), [job], now=timezone.now())
    return render(request, "assistant/_question.html", {"one": shown, "max_note": MAX_NOTE, **more}, status=status)


def to_job(job: Job) -> HttpResponse:
    address = redirect("ask-conversation", job.conversation_id)
    address["Location"] += f"#q-{job.pk}"
    return address


def title(question: str | None) -> str:
    return Truncator(" ".join((question or "").split())).chars(MAX_TITLE) or "Conversation"
