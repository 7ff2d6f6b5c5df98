from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import gunicorn


@pytest.fixture(scope="session")
def server(django_db_setup, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """The shipped web server for every test that needs one as it is and does not stop it: (port, log).

    It outlives the rows of a test, and writes down what it has counted when the run ends.
    """
    with gunicorn(tmp_path_factory.mktemp("server"), WEB_CONCURRENCY="2") as running:
        yield running
