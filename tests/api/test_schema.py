import pytest
import yaml
from django.conf import settings

from api.problems import PROBLEMS
from tests.api.calls import CALLS

HEADERS = {
    "401": {"WWW-Authenticate"},
    "403": {"WWW-Authenticate"},
    "429": {"Retry-After", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"},
    "503": {"Retry-After"},
}


@pytest.mark.parametrize("status", HEADERS)
@pytest.mark.parametrize(("address", "method"), CALLS)
def test_every_operation_says_what_it_is_refused_with(client, address, method, status):
    schema = yaml.safe_load(client.get("/api/schema/").content)
    told = schema["paths"][address][method.lower()]["responses"][status]
    assert set(told["headers"]) == HEADERS[status]
    assert {reason for reason, kind in PROBLEMS.items() if str(kind.status) == status} == set(
        told["description"].split("`")[1::2]
    )
    body = told["content"]["application/problem+json"]["schema"]["$ref"].rpartition("/")[2]
    assert set(schema["components"]["schemas"][body]["properties"]) == {"type", "title", "status", "detail", "reason"}


def test_a_refusal_is_as_the_schema_says(client, db):
    response = client.get("/api/v1/token")
    assert set(response.json()) == {"type", "title", "status", "detail", "reason"}
    assert (response["Content-Type"], "WWW-Authenticate" in response) == ("application/problem+json", True)


def test_the_docs_lead_to_graphql_and_to_the_guides(client):
    said = yaml.safe_load(client.get("/api/schema/").content)["info"]["description"]
    assert f"POST {settings.API_BASE_URL}/public/graphql" in said
    for address in ("/settings/api/playground/", "/settings/api/", "/api/problems/"):
        assert f"{settings.BASE_URL}{address})" in said


def test_the_schema_names_the_token_and_each_operation_s_scope(client):
    schema = yaml.safe_load(client.get("/api/schema/").content)
    assert schema["components"]["securitySchemes"]["apiToken"]["scheme"] == "bearer"
    operations = schema["paths"]["/api/v1/token"]
    assert {method: operation["x-required-scope"] for method, operation in operations.items()} == {
        "get": "READ_ONLY",
        "delete": "READ_ONLY",
    }
    assert all(operation["security"] == [{"apiToken": []}] for operation in operations.values())


def test_the_docs_load_nothing_from_elsewhere(client):
    page = client.get("/api/docs/").content.decode()
    assert "swagger-ui" in page
    assert "//cdn" not in page


def test_every_reason_is_explained(client):
    page = client.get("/api/problems/").content.decode()
    assert 'id="replaced"' in page
