"""Ask: questions in plain words, their answers, and one's own conversations."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.actors import person_from
from accounts.bodies import takes_body
from accounts.models import User
from accounts.permissions import account_of, account_required, is_steward
from accounts.unsaved import texts_kept, unsaved
from assistant import queue, services
from assistant.errors import InvalidQuestion, TooManyQuestions, UnknownConversation, UnknownJob
from assistant.examples import examples
from assistant.models import Conversation, Job, Origin, with_id
from assistant.rules import MAX_NOTE, MAX_QUESTION
from assistant.views.shown import shown_jobs
from catalog.ids import known_uuid, uuid7

MAX_BYTES = 12 * MAX_QUESTION + 20_000  # forms send up to twelve bytes a character
CONVERSATIONS_PER_PAGE = 30
MAX_JOBS_SHOWN = 50  # of a conversation, the latest
MAX_TITLE = 90  # characters
QUESTION, NOTE = {"question": "Your question"}, {"note": "Your note"}  # texts of forms


def unknown_is_404(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Also for what is deleted while it is looked at."""

    @wraps(view)
    def translated(request: HttpRequest, job_id: UUID) -> HttpResponse:
        try:
            return view(request, job_id)
        except UnknownJob:
            raise Http404 from None

    return translated


@takes_body(of=MAX_BYTES)
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@texts_kept(QUESTION, gone="This conversation is gone. Copy your question, and ask it in a new one.")
@account_required
def ask(request: HttpRequest) -> HttpResponse:
    """The box, with `q` in it; or the question that was sent, into the queue."""
    if request.method != "POST":
        return box(request, question=request.GET.get("q", "")[:MAX_QUESTION])
    question, sent_in = request.POST.get("question", ""), request.POST.get("conversation", "")
    conversation = own_conversation(request, sent_in) if sent_in else None
    try:
        job = sent(request, question, conversation)
    except InvalidQuestion as fault:
        return asked_again(request, conversation, question, str(fault), status=422)
    except TooManyQuestions as fault:
        answer = asked_again(request, conversation, question, str(fault), status=429)
        answer["Retry-After"] = str(fault.retry_after)
        return answer
    if "X-Part" in request.headers:  # a script, to which the browser does not tell the fragment of a redirect
        return HttpResponse(status=201, headers={"Location": address_of(job)})
    return to_job(job)


def sent(request: HttpRequest, question: str, conversation: Conversation | None) -> Job:
    """The question, as it is asked now, or was before by the same form. Raises InvalidQuestion, TooManyQuestions."""
    user, of_page = asker(request), Origin.APP
    by, now = person_from(request), timezone.now()
    if conversation:
        return services.ask(
            user, question=question, external_id=conversation.external_id, origin=of_page, by=by, now=now
        )
    key = known_uuid(request.POST.get("new", "")) or uuid7()
    return services.begin(user, question=question, key=key, origin=of_page, by=by, now=now)


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
        "new": uuid7(),  # of the conversation that the form begins, however often it is sent
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
@unknown_is_404
def question(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """One question as it is now, for the script of the page; the page itself for whoever opens the address."""
    if "X-Part" in request.headers:
        queue.settle_over(timezone.now(), account=account_of(request))
    return changed(request, job_id)


@require_POST
@account_required
@unknown_is_404
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponse:
    services.cancel_job(asker(request), str(job_id), now=timezone.now())
    return changed(request, job_id)


@require_POST
@texts_kept(NOTE, gone="This conversation is gone, and your note with it.")
@account_required
@unknown_is_404
def rate(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Thumb up (1), down (-1), or taken back (0), with a note."""
    job, note = own_job(request, job_id), request.POST.get("note")
    thumbs = {"1": 1, "-1": -1, "0": 0}
    thumb = thumbs.get(request.POST.get("thumb", ""), job.thumb)
    try:
        services.rate(asker(request), str(job_id), thumb=thumb, note=None if note is None else note.strip())
    except InvalidQuestion as fault:
        job.thumb = thumb  # as it was sent, beside the note
        if "X-Part" in request.headers:
            return part(request, job, note=note or "", note_error=str(fault), status=422)
        return unsaved(request, NOTE, str(fault), status=422)
    return changed(request, job_id)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@account_required
def delete(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """Ask, then delete the conversation with all its questions and answers, for good."""
    if request.method == "POST":
        try:
            services.delete_conversation(asker(request), str(conversation_id))
            messages.success(request, "The conversation is deleted.")
        except UnknownConversation:  # by another click, as a rule
            messages.info(request, "That conversation is gone already.")
        return redirect("ask")
    own = shown_or_404(request, conversation_id)
    jobs = Job.objects.filter(conversation=own)
    first = jobs.order_by("created_at").values_list("question", flat=True).first()
    context = {"conversation": own, "title": title(first or ""), "count": jobs.count()}
    return render(request, "assistant/delete.html", context)


# --- What is one's own -------------------------------------------------------------------------


def asker(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # the guard saw to it
    return request.user


def own_conversation(request: HttpRequest, text: str) -> Conversation:
    """The person's own from this page, or 404."""
    own = Conversation.objects.filter(user=asker(request), account=account_of(request), origin=Origin.APP)
    if (found := with_id(own, text).first()) is None:
        raise Http404
    return found


def shown_or_404(request: HttpRequest, conversation_id: UUID) -> Conversation:
    own = Conversation.objects.filter(pk=conversation_id, user=asker(request), account=account_of(request)).first()
    if own is None:
        raise Http404
    return own


def own_job(request: HttpRequest, job_id: UUID) -> Job:
    """Raises UnknownJob."""
    return services.own_job(asker(request), str(job_id))


def changed(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What a form of a question leads to: the question as it is now. Raises UnknownJob."""
    job = own_job(request, job_id)
    return part(request, job) if "X-Part" in request.headers else to_job(job)


def part(request: HttpRequest, job: Job, *, status: int = 200, **more: str) -> HttpResponse:
    [shown] = shown_jobs(account_of(request), [job], now=timezone.now())
    return render(request, "assistant/_question.html", {"one": shown, "max_note": MAX_NOTE, **more}, status=status)


def to_job(job: Job) -> HttpResponse:
    return redirect(address_of(job))


def address_of(job: Job) -> str:
    return f"{reverse('ask-conversation', args=[job.conversation_id])}#q-{job.pk}"


def title(question: str | None) -> str:
    return Truncator(" ".join((question or "").split())).chars(MAX_TITLE) or "Conversation"
