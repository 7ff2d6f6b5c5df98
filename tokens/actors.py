"""Who calls, with the name that the ledger and the history keep of the program."""

from dataclasses import replace

from django.http import HttpRequest

from accounts.actors import Actor, person_from
from tokens.clients import HEADER, client_name

HEADER_IN_META = "HTTP_" + HEADER.upper().replace("-", "_")


def actor_from(request: HttpRequest) -> Actor:
    """The signed-in person behind this request, with their program."""
    return replace(person_from(request), client=calling_client(request))


# From META: building `request.headers` costs an API call as much as checking its token.
def calling_client(request: HttpRequest) -> str:
    """The name of the program behind this request, as the ledger keeps it."""
    return client_name(request.META.get("HTTP_USER_AGENT", ""), request.META.get(HEADER_IN_META, ""))
