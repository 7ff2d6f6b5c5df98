"""Settings > API > Dust: how a Dust workspace asks the assistant, by an app of its own or by MCP."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.permissions import account_admin_required, account_of
from tokens.views.connect import address_context
from tokens.views.mcp import mcp_url

EXAMPLE = {"question": "Which table has our revenue?", "externalConversationId": "my-dust-conversation"}
JOB_ID = "00000000-0000-0000-0000-000000000000"  # stands where the first answer's jobId goes
SECONDS, POLLS = 5, 60  # that the second body waits, and how often it is sent at most


@require_safe
@never_cache
@account_admin_required
def show(request: HttpRequest) -> HttpResponse:
    """By `?by=mcp` the second tab."""
    account = account_of(request)
    context = address_context() | {
        "by_mcp": request.GET.get("by") == "mcp",
        "mcp_access": account.mcp_access,
        "mcp_url": mcp_url(),
        "add_body": add_body(email=request.user.email, **EXAMPLE),  # type: ignore[union-attr]  # the guard saw to it
        "poll_body": poll_body(JOB_ID),
        "job_id": JOB_ID,
        "seconds": SECONDS,
        "polls": POLLS,
    }
    return render(request, "tokens/dust.html", context)


def add_body(**data: str) -> str:
    """The body that asks, with its arguments inline: Dust sends no variables."""
    arguments = " ".join(f"{name}: {quoted(value)}" for name, value in data.items())
    return body(f"query {{ addAiAssistantJob(data: {{ {arguments} origin: DUST }}) {{ data {{ jobId }} }} }}")


def poll_body(job_id: str) -> str:
    """The body that asks how far the job is, and waits for it a little."""
    arguments = f"id: {quoted(job_id)} delaySeconds: {SECONDS}"
    told = "status answer assets { id name internalLink url }"
    return body(f"query {{ getAiAssistantJobResult(data: {{ {arguments} }}) {{ data {{ {told} }} }} }}")


def quoted(text: Any) -> str:
    """The text as a string of GraphQL, which escapes as JSON does (GraphQL, section 2.9.4)."""
    return json.dumps(text)


def body(query: str) -> str:
    return json.dumps({"query": query}, ensure_ascii=False)
