"""What the views of Settings > API share."""

from django.http import HttpRequest


def template(request: HttpRequest, name: str) -> str:
    """The fragment for a dialog, when the page's script asks; else the whole page, for life without JavaScript."""
    return f"tokens/_{name}.html" if request.headers.get("X-Dialog") == "1" else f"tokens/{name}.html"
