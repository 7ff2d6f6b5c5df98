"""The HTML of an inbox message, on a page of its own that may do nothing."""

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django.contrib.admin.views.decorators import staff_member_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from notifications.models import InboxMessage

SANDBOX = {
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],  # links open in a tab of their own
    "default-src": [NONE],
    "style-src": [UNSAFE_INLINE],
    "img-src": ["data:"],
    "frame-ancestors": [SELF],
}


@require_safe
@staff_member_required(login_url="account_login")  # type: ignore[untyped-decorator]  # its stub has no types with arguments
@xframe_options_sameorigin
@csp(SANDBOX)  # type: ignore[arg-type]  # it passes the view's arguments on
def inbox_message_html(request: HttpRequest, pk: int) -> HttpResponse:
    return HttpResponse(get_object_or_404(InboxMessage, pk=pk).html)
