"""Settings > API > Dust: what is there to copy, and that it works as it stands."""

import html
import json
import re

import pytest
from django.utils import timezone

from accounts.models import Account
from assistant.models import Job, Origin
from tests.shipped import shipped
from tests.tokens.reading import text
from tokens.scopes import Scope
from tokens.services import generate_token
from tokens.views.dust import JOB_ID, add_body

pytestmark = pytest.mark.django_db

PAGE = "/settings/api/dust/"


def copied(page) -> dict[str, str]:
    found = re.findall(r'<pre id="dust-([\w-]+)"[^>]*>(.*?)</pre>', page.content.decode(), re.DOTALL)
    return {slug: html.unescape(said) for slug, said in found}


@pytest.mark.parametrize(("who", "status"), [(None, 302), ("carol", 403), ("olga", 403), ("ada", 200)])
def test_administrators_alone_see_it(client, signed_in, request, who, status):
    client = signed_in(request.getfixturevalue(who)) if who else client
    assert client.get(PAGE).status_code == status


def test_it_names_the_address_of_the_region_the_secret_and_the_app(signed_in, ada, settings):
    settings.API_BASE_URL = "https://api.us.example.com"
    page = signed_in(ada).get(PAGE)
    for part in ("https://api.us.example.com/public/graphql", "CATALOG_API_TOKEN", "coalesceAiAssistant", "60 times"):
        assert part in text(page)
    assert list(copied(page)) == ["headers", "add", "add-code", "poll", "poll-code", "prompt"]
    assert "Dust starts no new apps." in text(page)


def test_both_bodies_carry_their_arguments_inline(signed_in, ada):
    parts = copied(signed_in(ada).get(PAGE))
    add, poll = (json.loads(parts[name])["query"] for name in ("add", "poll"))
    assert all(part in add for part in ("origin: DUST", f'email: "{ada.email}"', "externalConversationId:"))
    assert "$" not in add + poll
    assert ("delaySeconds: 5" in poll, JOB_ID in poll) == (True, True)


def test_an_address_with_quotation_marks_breaks_no_body():
    query = json.loads(add_body(email="o'\"neil\\@acme.test"))["query"]
    assert r"""email: "o'\"neil\\@acme.test" """.strip() in query


def test_the_second_tab_leads_by_mcp(signed_in, ada, acme):
    client = signed_in(ada)
    assert "turn on MCP server access" in text(client.get(f"{PAGE}?by=mcp"))
    Account.objects.filter(pk=acme.pk).update(mcp_access=True)
    page = client.get(f"{PAGE}?by=mcp")
    assert "search_tables" in copied(page)["prompt"]
    assert "coalesceAiAssistant" not in page.content.decode()
    assert ("turn on MCP server access" in text(page), "/mcp/server" in text(page)) == (False, True)


def test_both_bodies_work_as_they_stand(signed_in, ada, acme):
    parts = copied(signed_in(ada).get(PAGE))
    issued = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now())

    def send(body):
        headers = {"authorization": f"Token {issued.secret}"}
        answer = shipped("POST", "/public/graphql", body.encode(), "application/json", **headers).json()
        assert "errors" not in answer, answer
        [field] = answer["data"].values()
        return field["data"]

    job_id = send(parts["add"])["jobId"]
    job = Job.objects.get(pk=job_id)
    assert (job.conversation.user, job.conversation.origin, job.token) == (ada, Origin.DUST, issued.token)
    done = {"state": Job.State.COMPLETED, "finished_at": timezone.now(), "answer": "In **revenue_daily**."}
    Job.objects.filter(pk=job_id).update(**done)
    told = send(parts["poll"].replace(JOB_ID, job_id))
    assert told == {"status": "COMPLETED", "answer": "In **revenue_daily**.", "assets": []}
