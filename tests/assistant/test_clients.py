"""Programs of others ask the demo, in the form in which each puts it on the wire; without a model."""

import json

import pytest
from django.conf import settings
from django.utils import timezone

from assistant.answering import answer_questions
from assistant.models import Job
from tests.factories import UserFactory
from tests.shipped import shipped
from tokens.scopes import Scope
from tokens.services import generate_token

pytestmark = pytest.mark.django_db

RESULT = {
    "addAiAssistantJob": "data { id jobId }",
    "getAiAssistantJobResult": "data { status answer assets { id name url internalLink } }",
}
INPUTS = {"addAiAssistantJob": "AddAiAssistantJobInput", "getAiAssistantJobResult": "JobResultInput"}


def by_variables(field, given):
    """As the community's MCP server does: a named operation, and all in one variable."""
    query = f"query Tool($data: {INPUTS[field]}!) {{ {field}(data: $data) {{ {RESULT[field]} }} }}"
    return {"query": query, "variables": {"data": given}}


def inline(field, given):
    """As Dust does: arguments in the document, and no variables."""
    arguments = [f"{name}: {json.dumps(value)}" for name, value in given.items()]
    arguments += ["origin: DUST"] if "question" in given else []
    return {"query": f"query {{ {field}(data: {{{', '.join(arguments)}}}) {{ {RESULT[field]} }} }}"}


@pytest.mark.parametrize("form", [by_variables, inline])
def test_a_client_gets_a_completed_answer_with_assets(demo, form):
    secret = generate_token(demo, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret
    person = UserFactory.create(account=demo)

    def send(field, **given):
        headers = {"authorization": f"Token {secret}", "accept": "application/json"}
        body = json.dumps(form(field, given)).encode()
        answer = shipped("POST", "/public/graphql", body, "application/json", **headers).json()
        assert "errors" not in answer, answer
        return answer["data"][field]["data"]

    given = {"email": person.email, "question": "Which table has the revenue per day?", "externalConversationId": "1"}
    job = send("addAiAssistantJob", **given)["jobId"]
    assert send("getAiAssistantJobResult", id=job)["status"] == "ADDED"
    answer_questions(timezone.now())
    result = send("getAiAssistantJobResult", id=job, delaySeconds=5)
    assert (result["status"], Job.objects.get(pk=job).writer) == ("COMPLETED", "extract")
    assert "marts.finance.revenue_daily" in [asset["name"] for asset in result["assets"]]
    assert all(asset["internalLink"].startswith(f"{settings.BASE_URL}/assets/") for asset in result["assets"])
