"""Pages about the API that need no token."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from api.errors import PROBLEMS


@require_safe
def problems(request: HttpRequest) -> HttpResponse:
    """What each `reason` of an error answer means, and what to do."""
    return render(request, "api/problems.html", {"problems": PROBLEMS})
