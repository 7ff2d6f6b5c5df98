"""Settings > Assistant: whether a language model may read the account's catalog, and exactly what was sent to it."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.db.models import Count, Max, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.actors import person_from
from accounts.models import Account
from accounts.permissions import account_admin_required, account_of
from assistant import services
from assistant.breaker import provider
from assistant.models import AccountSettings, Job, ModelCall

MAX_SENT_SHOWN = 50  # questions, the latest


@dataclass(frozen=True, slots=True)
class LanguageModel:
    """The one that this site is told to ask: openai:gpt-5-mini at api.openai.com."""

    name: str
    host: str

    @property
    def as_shown(self) -> str:
        return f"{self.name} at {self.host}"


def language_model() -> LanguageModel | None:
    return LanguageModel(settings.ASSISTANT_MODEL, provider()) if settings.ASSISTANT_MODEL else None


def is_allowed(account: Account) -> bool:
    return AccountSettings.objects.filter(account=account, model_allowed=True).exists()


@require_safe
@never_cache
@account_admin_required
def show(request: HttpRequest) -> HttpResponse:
    account = account_of(request)
    sent = ModelCall.objects.filter(job__account=account).order_by().values("job", "job__model")
    told = sent.annotate(
        calls=Count("pk"), last=Max("at"), tokens_in=Sum("tokens_in"), tokens_out=Sum("tokens_out")
    ).order_by("-last")
    context = {
        "account": account,
        "model": language_model(),
        "is_allowed": is_allowed(account),
        "sent": told[:MAX_SENT_SHOWN],
        "most": MAX_SENT_SHOWN,
        "trace_days": settings.ASSISTANT_TRACE_DAYS,
    }
    return render(request, "assistant/settings.html", context)


@require_POST
@account_admin_required
def change(request: HttpRequest) -> HttpResponse:
    """Turn the switch as the form says; on only for the model that the page showed."""
    account, model = account_of(request), language_model()
    by, now = person_from(request), timezone.now()
    if "allow" not in request.POST:
        if services.forbid_model(account, by=by, now=now):
            messages.success(request, "No language model reads this catalog any more, from the next question on.")
    elif model is None or request.POST["allow"] != model.as_shown:
        messages.error(request, "Nothing was changed: the language model is another one by now. Look at it again.")
    elif services.allow_model(account, by=by, now=now):
        messages.success(request, f"{model.name} may read this catalog, from the next question on.")
    return redirect("settings-assistant")


@require_safe
@never_cache
@account_admin_required
def sent(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Every exchange of one question of the account, as it was sent; who asked is not shown."""
    job = Job.objects.filter(pk=job_id, account=account_of(request)).first()
    calls = list(ModelCall.objects.filter(job=job)) if job else []
    if job is None or not calls:
        raise Http404
    return render(request, "assistant/sent.html", {"job": job, "calls": calls})
