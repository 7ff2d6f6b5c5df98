from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from assistant import answering, queue, services
from assistant.models import Citation, Job
from assistant.rules import MAX_DELAY
from catalog.models import Table
from catalog.services.tables import create_tables
from tests.api.graphql.asking import ask, codes, data
from tests.catalog.factories import ColumnFactory, DashboardFactory, TableFactory
from tests.catalog.keeping import kept_schema
from tests.factories import JobFactory, UserFactory

pytestmark = pytest.mark.django_db
State = Job.State

ADD = "query($data: AddAiAssistantJobInput!) { addAiAssistantJob(data: $data) { data { id jobId } } }"
RESULT = """query($data: JobResultInput!) {
  getAiAssistantJobResult(data: $data) { data { status answer assets { id internalLink name url } } }
}"""
QUESTION = {"question": "Where is revenue?", "email": "ada@acme.test", "externalConversationId": "1"}


def added(secret, **more):
    return data(secret, ADD, data=QUESTION | more)["addAiAssistantJob"]["data"]


def result(secret, job_id, **more):
    return data(secret, RESULT, data={"id": str(job_id)} | more)["getAiAssistantJobResult"]["data"]


def refusal(secret, **more):
    """Status and code of the only error, and that error."""
    response = ask(secret, ADD, data=QUESTION | more)
    (error,) = response.json()["errors"]
    return codes(response), error


# --- addAiAssistantJob -------------------------------------------------------------------------


def test_a_question_gets_the_ids_of_its_answer_and_of_its_job(writer, ada, acme):
    said = added(writer)
    job = Job.objects.get()
    assert said == {"id": str(job.message_id), "jobId": str(job.pk)}
    assert (job.account, job.state, job.conversation.origin) == (acme, State.ADDED, "API")
    assert job.token == acme.tokens.get()


def test_a_client_may_write_its_arguments_into_the_document(writer, ada):
    """As Dust's client does."""
    given = 'question: "Where?", email: "ADA@acme.test", externalConversationId: "conv", origin: DUST'
    assert data(writer, f"query {{ addAiAssistantJob(data: {{{given}}}) {{ data {{ id jobId }} }} }}")
    assert Job.objects.get().conversation.origin == "DUST"


@pytest.mark.parametrize("origin", [{}, {"origin": None}, {"origin": "API"}])
def test_a_question_of_no_origin_is_the_api_s(writer, ada, origin):
    added(writer, **origin)
    assert Job.objects.get().conversation.origin == "API"


BAD = {
    "blank question": {"question": " "},
    "long question": {"question": "?" * 10_000},
    "blank conversation": {"externalConversationId": ""},
    "long conversation": {"externalConversationId": "x" * 201},
    "page": {"origin": "APP"},
    "extension": {"origin": "EXTENSION"},
    "Teams": {"origin": "MS_TEAMS"},
    "Slack": {"origin": "SLACK_BOT"},
    "long address": {"email": "x" * 255},
}


@pytest.mark.parametrize("wrong", BAD.values(), ids=BAD)
def test_what_is_no_question_answers_400_before_anybody_is_looked_up(writer, ada, wrong):
    (status, found), _ = refusal(writer, **wrong, **({} if "email" in wrong else {"email": "nobody@acme.test"}))
    assert (status, found) == (400, ["BAD_USER_INPUT"])
    assert not Job.objects.exists()


def test_nobody_somebody_suspended_and_another_account_s_are_not_found_in_the_same_words(writer, acme, eve):
    UserFactory.create(email="gone@acme.test", account=acme, status=User.Status.SUSPENDED)
    said = [refusal(writer, email=email) for email in ("nobody@acme.test", "gone@acme.test", eve.email)]
    assert {str(one) for one in said} == {str(said[0])}
    assert said[0][0] == (200, ["NOT_FOUND"])


def test_too_many_are_rate_limited_and_told_how_long_to_wait(writer, ada, settings):
    settings.ASSISTANT_OPEN_JOBS = 1
    added(writer)
    (status, found), error = refusal(writer, question="Another one?")
    assert (status, found) == (200, ["RATE_LIMITED"])
    assert error["extensions"]["retryAfter"] == services.SOON
    (status, found), _ = refusal(writer, question="Another one?", email="nobody@acme.test")
    assert found == ["NOT_FOUND"]


def test_a_day_s_limit_is_told_in_seconds(writer, ada, settings):
    settings.ASSISTANT_JOBS_PER_DAY = 1
    added(writer)
    _, error = refusal(writer, question="Another one?")
    assert 0 < error["extensions"]["retryAfter"] <= 86_400


def test_a_repeated_call_pays_once(writer, ada):
    assert added(writer) == added(writer, question="Where  is revenue?\n")
    assert Job.objects.count() == 1


def test_both_need_a_read_and_write_token(reader, ada):
    for text, given in ((ADD, QUESTION), (RESULT, {"id": str(uuid4())})):
        assert codes(ask(reader, text, data=given))[0] == 403
    assert not Job.objects.exists()


# --- getAiAssistantJobResult -------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.ADDED, State.ACTIVE, State.FAILED])
def test_an_unfinished_job_says_its_state_and_nothing_else(writer, ada, state):
    lease = timezone.now() if state == State.ACTIVE else None
    job = JobFactory.create(conversation__user=ada, created_at=timezone.now(), state=state, lease_until=lease)
    assert result(writer, job.pk) == {"status": state, "answer": "", "assets": []}


def completed(user, *assets):
    """A job whose answer names these assets."""
    finished = {"state": State.COMPLETED, "finished_at": timezone.now(), "answer": "Start with **orders**."}
    job = JobFactory.create(conversation__user=user, created_at=timezone.now(), **finished)
    for position, (kind, asset, name, place) in enumerate(assets):
        Citation.objects.create(job=job, position=position, kind=kind, asset=asset, name=name, place=place)
    return job


def test_a_completed_job_has_its_answer_and_assets_in_its_order_at_every_poll(writer, ada, acme, settings):
    table = TableFactory.create(schema__database__source__account=acme, url="https://warehouse.test/orders")
    column = ColumnFactory.create(table=table, source=table.schema.database.source)
    board = DashboardFactory.create(source__account=acme, url="https://bi.test/1")
    job = completed(
        ada,
        ("dashboard", board.pk, "Sales", ""),
        ("table", table.pk, "orders", "lake.sales"),
        ("column", column.pk, "amount", "lake.sales.orders"),
    )
    said = result(writer, job.pk)
    assert said == result(writer, job.pk, delaySeconds=MAX_DELAY)
    assert (said["status"], said["answer"]) == ("COMPLETED", "Start with **orders**.")
    base = settings.BASE_URL
    column_link = f"{base}{column.get_absolute_url()}"
    assert said["assets"] == [
        {
            "id": str(board.pk),
            "name": "Sales",
            "internalLink": f"{base}/assets/dashboards/{board.pk}/",
            "url": board.url,
        },
        {
            "id": str(table.pk),
            "name": "lake.sales.orders",
            "internalLink": f"{base}/assets/tables/{table.pk}/",
            "url": table.url,
        },
        {"id": str(column.pk), "name": "lake.sales.orders.amount", "internalLink": column_link, "url": column_link},
    ]


def test_an_asset_that_has_gone_keeps_its_name_and_one_without_an_address_has_ours(writer, ada, acme, settings):
    table = TableFactory.create(schema__database__source__account=acme, url=None)
    job = completed(ada, ("table", table.pk, "orders", ""), ("table", uuid4(), "gone", "lake"))
    kept, gone = result(writer, job.pk)["assets"]
    assert kept["url"] == kept["internalLink"] == f"{settings.BASE_URL}/assets/tables/{table.pk}/"
    assert (gone["name"], gone["url"]) == ("lake.gone", f"{settings.BASE_URL}/assets/?q=gone")
    Table.objects.all().delete()
    assert [asset["name"] for asset in result(writer, job.pk)["assets"]] == ["orders", "lake.gone"]


@pytest.mark.parametrize("change", [{"deleted_at": timezone.now()}, {"schema__is_hidden": True}])
def test_an_asset_that_nobody_is_shown_any_more_leads_to_no_page_of_its_own(writer, ada, acme, settings, change):
    table = TableFactory.create(schema__database__source__account=acme, url="https://warehouse.test/salaries", **change)
    [asset] = result(writer, completed(ada, ("table", table.pk, "orders & co", "lake")).pk)["assets"]
    assert asset["internalLink"] == asset["url"] == f"{settings.BASE_URL}/assets/?q=orders+%26+co"


def test_a_path_is_spelled_as_the_catalog_spells_those_of_its_kind(writer, ada):
    job = completed(ada, ("dashboard", uuid4(), "Month end", "Shared/Finance"), ("term", uuid4(), "Net", "Revenue"))
    assert [asset["name"] for asset in result(writer, job.pk)["assets"]] == ["Shared/Finance/Month end", "Revenue/Net"]


def test_many_assets_of_a_kind_cost_as_many_queries_as_one(writer, ada, acme):
    tables = TableFactory.create_batch(12, schema__database__source__account=acme)
    cited = [("table", table.pk, table.name, "") for table in tables]
    counts = []
    result(writer, completed(ada).pk)  # whatever a first call costs besides
    for assets in (cited[:1], cited):
        job = completed(ada, *assets)
        with CaptureQueriesContext(connection) as queries:
            assert len(result(writer, job.pk)["assets"]) == len(assets)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_question_is_answered_from_the_catalog(writer, ada, acme, settings):
    schema = kept_schema(acme)
    rows = [{"schema_id": str(schema.pk), "external_id": "1", "name": "revenue_daily"}]
    [table] = create_tables(acme, rows=rows, by=None, now=timezone.now())
    job_id = added(writer, question="Where do I find daily revenue?")["jobId"]
    answering.answer_questions(timezone.now())
    said = result(writer, job_id)
    assert said["status"] == "COMPLETED"
    link = f"{settings.BASE_URL}/assets/tables/{table.pk}/"
    assert link in said["answer"]
    assert [(asset["id"], asset["name"], asset["internalLink"]) for asset in said["assets"]] == [
        (str(table.pk), table.path, link)
    ]


def test_retries_exhausted_says_what_to_do(writer, ada):
    job = JobFactory.create(conversation__user=ada)  # days ago
    said = result(writer, job.pk)
    assert said == {"status": "RETRIES_EXHAUSTED", "answer": queue.GIVEN_UP, "assets": []}
    job.refresh_from_db()
    assert job.state == State.RETRIES_EXHAUSTED


def test_no_client_polls_for_ever_where_nobody_works(writer, ada):
    job_id = added(writer)["jobId"]
    Job.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert result(writer, job_id, delaySeconds=10)["status"] == "RETRIES_EXHAUSTED"


def test_what_is_unknown_no_id_or_another_account_s_is_not_found_in_the_same_words(writer, stranger, ada):
    job = JobFactory.create(conversation__user=ada)
    said = [ask(writer, RESULT, data={"id": text, "delaySeconds": 10}) for text in ("", "x", str(uuid4()), "1" * 36)]
    said.append(ask(stranger, RESULT, data={"id": str(job.pk), "delaySeconds": 10}))
    assert {response.content for response in said} == {said[0].content}
    assert codes(said[0]) == (200, ["NOT_FOUND"])


@pytest.mark.parametrize("delay", [-1, 11])
def test_a_delay_out_of_range_answers_400(writer, delay):
    response = ask(writer, RESULT, data={"id": str(uuid4()), "delaySeconds": delay})
    assert codes(response) == (400, ["BAD_USER_INPUT"])


def test_each_field_of_a_call_is_answered(writer, ada):
    text = """query($a: AddAiAssistantJobInput!, $b: AddAiAssistantJobInput!, $c: JobResultInput!) {
      one: addAiAssistantJob(data: $a) { data { jobId } } two: addAiAssistantJob(data: $b) { data { jobId } }
      getAiAssistantJobResult(data: $c) { data { status } }
    }"""
    given = {"a": QUESTION, "b": QUESTION | {"question": "And orders?"}, "c": {"id": "x", "delaySeconds": 10}}
    response = ask(writer, text, **given)
    assert codes(response) == (200, ["NOT_FOUND"])
    assert Job.objects.count() == 2
