"""The address at which the mail provider reports: Anymail's views behind our own guard."""

import logging
from collections.abc import Callable

from anymail.exceptions import AnymailConfigurationError, AnymailWebhookValidationFailure
from anymail.urls import urlpatterns
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from accounts.bodies import takes_body

logger = logging.getLogger(__name__)

TRACKING = "_tracking_webhook"
# Each provider's reader stumbles over garbage in its own way.
MISREAD = (ValueError, LookupError, TypeError, AttributeError, RecursionError)
VIEWS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    pattern.name.removesuffix(TRACKING): pattern.callback for pattern in urlpatterns if pattern.name.endswith(TRACKING)
}


@takes_body(of=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)  # providers report in batches; the secret is checked first
@csrf_exempt  # the provider has no session; it signs in with EMAIL_WEBHOOK_SECRET
def provider_report(request: HttpRequest, provider: str) -> HttpResponse:
    """200 when the report was taken, 403 for a wrong secret, 400 for what is no report of this provider."""
    if not settings.EMAIL_WEBHOOK_SECRET or provider not in VIEWS:
        raise Http404
    try:
        return VIEWS[provider](request)
    except AnymailWebhookValidationFailure:
        return HttpResponse("The secret is wrong.\n", status=403, content_type="text/plain")
    except (RequestDataTooBig, UnreadablePostError):
        return HttpResponse("The body is too large.\n", status=413, content_type="text/plain")
    except AnymailConfigurationError as error:
        logger.warning("webhook_not_configured provider=%s error=%s", provider, error)
        raise Http404 from None
    except MISREAD:
        logger.warning("webhook_not_understood provider=%s", provider, exc_info=True)
        return HttpResponse("This is no report.\n", status=400, content_type="text/plain")
