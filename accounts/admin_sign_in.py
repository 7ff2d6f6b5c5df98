"""What operators do for somebody who cannot sign in any more: pages of the admin that ask before they act.

Whoever can do it can become anybody: they confirm who they are first, so that a browser left open is not enough.
"""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts import sign_in
from accounts.actors import person_from
from accounts.errors import AccountError
from accounts.forms import AddressForm
from accounts.models import User
from accounts.reauthentication import proof_required

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@GET_OR_POST
@proof_required
def reset_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then take away somebody's second factors."""
    person = get_object_or_404(User, pk=pk)
    if request.method != "POST":
        return page(request, person, "reset_second_factor.html", title="Reset the second factor")
    try:
        sign_in.reset_second_factor(person, by=person_from(request), now=timezone.now())
    except AccountError as error:
        messages.error(request, f"Nothing was changed. {error}")
    else:
        messages.success(request, f"{person.email} signs in by password alone now, and is mailed about it.")
    return redirect("admin:accounts_user_change", person.pk)


@GET_OR_POST
@proof_required
def change_address(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for somebody's new address, then change it."""
    person = get_object_or_404(User, pk=pk)
    form = AddressForm(request.POST or None)
    if not form.is_valid():
        return page(request, person, "change_address.html", title="Change the address", form=form)
    try:
        address = form.cleaned_data["address"]
        changed = sign_in.change_address(person, address=address, by=person_from(request), now=timezone.now())
    except AccountError as error:
        form.add_error("address", str(error))
        return page(request, person, "change_address.html", title="Change the address", form=form)
    if changed:
        messages.success(request, f"It is {person.email} now. Both addresses are mailed about it.")
    return redirect("admin:accounts_user_change", person.pk)


def page(request: HttpRequest, person: User, template: str, **context: Any) -> HttpResponse:
    context |= admin.site.each_context(request) | {"person": person, "opts": User._meta}
    status = 422 if request.method == "POST" else 200
    return render(request, f"admin/accounts/user/{template}", context, status=status)


def urls() -> list[URLPattern]:
    guarded = admin.site.admin_view
    return [
        path("<int:pk>/reset-second-factor/", guarded(reset_second_factor), name="accounts_user_reset_second_factor"),
        path("<int:pk>/change-address/", guarded(change_address), name="accounts_user_change_address"),
    ]
