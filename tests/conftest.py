"""The cast: Ada administers Acme, Carol contributes to it, Eve administers Umbrella, Olga operates the site."""

import os
from functools import partial
from importlib import import_module
from itertools import groupby, islice
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test import Client, RequestFactory, TransactionTestCase, override_settings
from django.test.client import MULTIPART_CONTENT

from accounts.actors import Actor
from accounts.models import Account, User
from catalog.queries import assets
from tests.emptied import empty
from tests.factories import NOW, AccountFactory, UserFactory
from tests.migrated import migrated_once
from tests.signing import sign_in
from tokens import authentication, ledger
from tokens.leases import Leased
from tokens.models import ApiToken
from tokens.scopes import Scope
from tokens.services import IssuedToken, generate_token

WITH_PROCESSES = ("tests/bench/", "tests/browser/", "tests/devtools/", "tests/faults/")  # whose tests take seconds


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Each process begins with its share of the long tests, and what is left at the end is short.

    xdist's worksteal gives each a part of the list, of equal length, and whoever has done takes from another's end.
    """
    processes = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    long = [item for item in items if item.nodeid.startswith(WITH_PROCESSES)]
    modules = [list(module) for _, module in groupby(long, key=lambda item: item.path)]
    short = iter([item for item in items if not item.nodeid.startswith(WITH_PROCESSES)])
    dealt, left = [], len(items)
    for number in range(processes):
        part = [item for module in modules[number::processes] for item in module]
        size = left // (processes - number)
        dealt += [*part, *islice(short, max(0, size - len(part)))]
        left -= max(size, len(part))
    items[:] = [*dealt, *short]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, django_db_use_migrations, django_db_blocker):
    if django_db_use_migrations and connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            connection.settings_dict["TEST"]["TEMPLATE"] = migrated_once()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_use_migrations, django_db_blocker):
    """Tables that were made from the models, as mutmut's are, get the triggers that migrations would have made."""
    if not django_db_use_migrations:
        with django_db_blocker.unblock(), connection.schema_editor() as editor:
            for name in ("accounts.migrations.0004_generation", "tokens.migrations.0005_generation"):
                migration = import_module(name)
                migration.run(migration.INSTALL)(None, editor)
            import_module("notifications.migrations.0010_triggers_of_any_subject").install(None, editor)


@pytest.fixture(scope="session", autouse=True)
def rows_of_tests_that_commit_are_deleted():
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "postgresql":
            patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: empty())
        yield


@pytest.fixture(scope="session", autouse=True)
def forms_as_browsers_send_them():
    """Django's test client sends forms as multipart, as browsers do where files are chosen; no page takes any."""
    post = RequestFactory.post

    def post_form(self, path, data=None, content_type=MULTIPART_CONTENT, **options):
        if content_type is MULTIPART_CONTENT:
            data, content_type = urlencode(data or {}, doseq=True), "application/x-www-form-urlencoded"
        return post(self, path, data, content_type, **options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(RequestFactory, "post", post_form)
        yield


@pytest.fixture(scope="session", autouse=True)
def static_files_are_looked_up_one_by_one():
    """WhiteNoise reads all of them whenever a client is made, which took longer than most tests; servers still do."""
    with override_settings(WHITENOISE_AUTOREFRESH=True):
        yield


@pytest.fixture(scope="session", autouse=True)
def searches_have_time():
    """A machine that does much beside the tests ends none of their searches."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assets, "SECONDS", 60)
        yield


@pytest.fixture(autouse=True)
def own_ledger(monkeypatch):
    """A ledger that writes in the test's own thread: another one would not see the rows of its transaction."""
    monkeypatch.setattr(ledger, "of_this_process", ledger.Ledger(threaded=False))
    return ledger.of_this_process


@pytest.fixture(autouse=True)
def own_leases(request, monkeypatch, settings):
    """A memory of this test. A test that commits nothing never waits for leases to run out, so it gives none."""
    marker = request.node.get_closest_marker("django_db")
    if marker is None or not marker.kwargs.get("transaction"):
        settings.TOKEN_LEASE = 0.0
    memory: Leased[ApiToken] = Leased(length=settings.TOKEN_LEASE)
    monkeypatch.setattr(authentication, "verified", memory)
    return memory


@pytest.fixture(scope="module")
def rows_of_module(django_db_setup, django_db_blocker):
    """For rows that all tests of a module read: a transaction around them. What a test changes, only it sees.

    Fixtures of the module that make such rows take this one; its tests are marked `django_db`.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.fixture
def acme(db: None) -> Account:
    return AccountFactory.create(name="Acme", slug="acme")


@pytest.fixture
def umbrella(db: None) -> Account:
    return AccountFactory.create(name="Umbrella", slug="umbrella")


@pytest.fixture
def ada(acme: Account) -> User:
    return UserFactory.create(email="ada@acme.test", account=acme, role=User.Role.ADMIN)


@pytest.fixture
def carol(acme: Account) -> User:
    return UserFactory.create(email="carol@acme.test", account=acme, role=User.Role.CONTRIBUTOR)


@pytest.fixture
def eve(umbrella: Account) -> User:
    return UserFactory.create(email="eve@umbrella.test", account=umbrella, role=User.Role.ADMIN)


@pytest.fixture
def olga(db: None) -> User:
    return UserFactory.create(email="olga@catalog.test", account=None, is_staff=True)


@pytest.fixture
def issued(acme: Account, ada: User) -> IssuedToken:
    """Acme's active Read only token, generated by Ada at NOW."""
    return generate_token(acme, scope=Scope.READ_ONLY, name="Claude", by=Actor(ada.email, ada), now=NOW)


@pytest.fixture
def signed_in(client: Client):
    """Signs a user in: `signed_in(ada).get(…)`."""
    return partial(sign_in, client)
