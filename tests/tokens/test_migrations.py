from datetime import timedelta
from importlib import import_module

from django.apps import apps

from tests.factories import NOW
from tests.tokens.uses import use
from tokens.doors import Door


def test_going_back_makes_one_row_of_all_operations(issued):
    merge = import_module("tokens.migrations.0010_operation").merge
    earlier = NOW - timedelta(hours=1)
    for operation, at, calls in (("search_tables", NOW, 2), ("get_tables", earlier, 3)):
        use(issued.token, door=Door.MCP, operation=operation, at=at, calls=calls, address=f"192.0.2.{calls}")
    use(issued.token, door=Door.MCP, operation="get_tables", reason="replaced")
    merge(apps, None)
    answered, refused = issued.token.uses.order_by("reason")
    assert (answered.calls, answered.first_seen, answered.last_seen) == (5, earlier, NOW)
    assert (answered.last_address, refused.calls) == ("192.0.2.2", 1)
