"""Every service leaves an index that says what the rows say, whichever test calls it."""

from functools import wraps
from inspect import isfunction
from types import ModuleType

import pytest
from django.db import connection

from accounts.models import Account
from catalog.index.checking import differences
from tests.catalog.keeping import index_all, work_off


@pytest.fixture(autouse=True)
def services_keep_the_index(request, monkeypatch):
    """Each call of a service begins with an index of all that factories made, and ends with one that is right."""
    for module in (request.module, *filter(is_of_services, vars(request.module).values())):
        for name, value in list(vars(module).items()):
            if is_service(value):
                monkeypatch.setattr(module, name, keeping(value))


def is_of_services(value):
    return isinstance(value, ModuleType) and value.__name__.startswith("catalog.services.")


def is_service(value):
    """A function of the services that is a transaction: the others are parts of one."""
    return isfunction(value) and value.__module__.startswith("catalog.services.") and hasattr(value, "__wrapped__")


def keeping(service):
    @wraps(service)
    def call(account, *args, **options):
        uncounted(index_all)
        try:
            return service(account, *args, **options)
        finally:
            uncounted(check_all)

    return call


def check_all():
    for account in Account.objects.all():
        work_off(account)
        assert list(differences(account)) == []


def uncounted(call):
    """Call it so that nobody who counts queries hears of these."""
    is_counting, connection.force_debug_cursor = connection.force_debug_cursor, False
    try:
        call()
    finally:
        connection.force_debug_cursor = is_counting
