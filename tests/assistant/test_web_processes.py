"""Web processes take questions, and never load what asks a language model; nor does a worker before it asks one."""

import http.client
import json
import os
import subprocess
import sys

import pytest
from django.utils import timezone

from assistant.models import Job
from devtools.environment import ROOT
from tests.assistant.standin import StandIn
from tests.processes import gunicorn
from tokens.scopes import Scope
from tokens.services import generate_token

ADD = "query($data: AddAiAssistantJobInput!) { addAiAssistantJob(data: $data) { data { id } } }"
OF_MODELS = {"pydantic_ai", "openai", "anthropic", "httpx2", "assistant.writers.model", "assistant.writers.wire"}


@pytest.mark.django_db(transaction=True)
def test_a_worker_of_gunicorn_has_no_library_of_models_after_a_call(acme, ada, tmp_path):
    token = generate_token(acme, scope=Scope.READ_WRITE, by=None, now=timezone.now()).secret
    variables = StandIn(address="http://127.0.0.1:9").environment()
    with gunicorn(tmp_path, APPLICATION="tests.assistant.telling:application", **variables) as (port, _):
        site = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        asked = {"question": "revenue?", "email": ada.email, "externalConversationId": "1"}
        headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}
        site.request("POST", "/public/graphql", json.dumps({"query": ADD, "variables": {"data": asked}}), headers)
        answer = json.loads(site.getresponse().read())
        site.request("GET", "/modules")
        loaded = set(json.loads(site.getresponse().read()))
    assert "errors" not in answer
    assert Job.objects.count() == 1
    assert "assistant.services" in loaded
    assert loaded & OF_MODELS == set()


def test_a_worker_has_none_before_it_asks_a_model():
    """All its tasks are loaded, and what they import; Django's checks are not made, as in `dev.py up`."""
    load = "from catalog_site.celery import app; app.loader.import_default_modules()"
    program = [sys.executable, "-c", f"{load}; import sys; print(*sys.modules)"]
    here = os.environ | StandIn(address="http://127.0.0.1:9").environment() | {"CELERY_SKIP_CHECKS": "1"}
    done = subprocess.run(program, cwd=ROOT, env=here, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"assistant.answering", "catalog.index.catching_up"} <= loaded
    assert loaded & {*OF_MODELS, "strawberry"} == set()
