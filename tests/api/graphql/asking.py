"""Calls of the GraphQL door."""

from typing import Any

from django.test import Client

ADDRESS = "/public/graphql"


def ask(secret: str | None, query: str, *, operation: str | None = None, **variables: Any) -> Any:
    """The response to this document."""
    return send(secret, {"query": query, "variables": variables, "operationName": operation})


def send(secret: str | None, body: Any, content_type: str = "application/json", **headers: str) -> Any:
    """The response to this body, as it is if it is bytes; an `Authorization` header only if there is a token."""
    headers |= {} if secret is None else {"Authorization": f"Token {secret}"}
    return Client(raise_request_exception=False).post(ADDRESS, body, content_type, headers=headers)


def data(secret: str, query: str, **variables: Any) -> Any:
    """What the document answers under `data`, without any error."""
    response = ask(secret, query, **variables)
    assert response.status_code == 200, response.content
    assert "errors" not in response.json(), response.json()
    return response.json()["data"]


def codes(response: Any) -> tuple[int, list[str]]:
    """The status, and the code of each error."""
    return response.status_code, [error["extensions"]["code"] for error in response.json()["errors"]]
