import pytest

from tests.assistant.standin import StandIn, running
from tests.catalog.factories import ColumnFactory, TermFactory, a_table, feeds, owned, ran
from tests.catalog.keeping import index_all


@pytest.fixture
def model(settings):
    """A language model that the site has: `in_turn` says what it answers."""
    with running(StandIn()) as one:
        one.configure(settings)
        yield one


@pytest.fixture
def shop(acme, ada):
    """Two tables, one made from the other, with columns, an owner, a query and a term."""
    day = a_table(
        acme,
        "db.marts.revenue_daily",
        description_raw="Revenue of each day, by payment method.\n\nAsk ada@acme.test or see https://wiki.test/x, "
        "0190a6f0-1111-7222-8333-0123456789ab.",
    )
    orders = a_table(acme, "db.core.fct_orders", description_raw="One row an order.")
    ColumnFactory.create(table=day, name="net_revenue", description_raw="Without taxes.")
    ColumnFactory.create(table=day, name="customer_email", is_pii=True)
    feeds(orders, day)
    owned(day, ada)
    ran("select net_revenue from db.marts.revenue_daily where country = 'Atlantis' and year = 1987", day)
    TermFactory.create(account=acme, name="Net revenue", description_raw="Revenue without taxes.")
    index_all()
    return acme
