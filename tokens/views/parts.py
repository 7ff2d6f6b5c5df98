"""What the views of Settings > API share."""

from django.http import HttpRequest

from accounts.models import Account, User


def account_of(request: HttpRequest) -> Account:
    """The only account that this request may touch: the signed-in administrator's own."""
    assert isinstance(request.user, User)
    assert request.user.account is not None
    return request.user.account


def template(request: HttpRequest, name: str) -> str:
    """The fragment for a dialog, when the page's script asks; else the whole page, for life without JavaScript."""
    return f"tokens/_{name}.html" if request.headers.get("X-Dialog") == "1" else f"tokens/{name}.html"
