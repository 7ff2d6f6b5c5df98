"""What answers are made of: a demo account that is indexed, and evidence without any rows."""

import pytest

from catalog.demo.filling import fill
from tests.catalog.keeping import index_all
from tests.factories import NOW, AccountFactory


@pytest.fixture(scope="module")
def demo(rows_of_module):
    account = AccountFactory.create(slug="demo")
    fill(account, now=NOW)
    index_all()
    return account
