"""Calls of mutations."""

from typing import Any

from api.graphql.schema import public
from tests.api.graphql.asking import ask, codes, data

UNKNOWN = "0197f0c0-0000-7000-8000-000000000000"


def document(operation: str, answer: str = "{ id }") -> str:
    assert public.mutation_type
    kind = public.mutation_type.fields[operation].args["data"].type
    return f"mutation ($data: {kind}) {{ {operation}(data: $data) {answer} }}"


def mutate(secret: str, operation: str, rows: Any, answer: str = "{ id }") -> Any:
    """What the operation answers, without any error."""
    return data(secret, document(operation, answer), data=rows)[operation]


def refusal(secret: str, operation: str, rows: Any, answer: str = "{ id }") -> tuple[int, str, str]:
    """The status of a call that is refused, the code and the sentence."""
    response = ask(secret, document(operation, answer), data=rows)
    status, [code] = codes(response)
    return status, code, response.json()["errors"][0]["message"]
