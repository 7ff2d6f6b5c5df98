"""Every address below /api/, those to come included: the resolver is walked."""

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver

from api.urls import urlpatterns

PUBLIC = {"api-schema", "api-docs", "api-problems", "api-nowhere"}


def patterns(nodes, prefix="/api/"):
    for node in nodes:
        if isinstance(node, URLResolver):
            yield from patterns(node.url_patterns, prefix + str(node.pattern))
        elif isinstance(node, URLPattern) and node.name not in PUBLIC:
            yield prefix + str(node.pattern), node.callback.cls  # type: ignore[attr-defined]


DOORS = list(patterns(urlpatterns))
# Those of imports need rows, and a door that is open: tests/api/rest/test_imports.py says the same of them.
CALLS = [(address, method) for address, view in DOORS if "imports" not in address for method in view.operations]
every_call = pytest.mark.parametrize(("address", "method"), CALLS)


def call(method, address, authorization=None):
    headers = {} if authorization is None else {"Authorization": authorization}
    return Client().generic(method, address, headers=headers)
