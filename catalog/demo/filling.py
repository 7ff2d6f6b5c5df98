"""The catalog of a shop's warehouse, for an account that wants to try things."""

from datetime import datetime

from django.db import transaction

from accounts.models import Account
from catalog.demo.dashboards import add_dashboards
from catalog.demo.draft import Draft
from catalog.demo.knowledge import add_opinions, add_tags, add_terms
from catalog.demo.people import add_people, add_source_users
from catalog.demo.usage import add_usage
from catalog.demo.warehouse import add_sources, add_warehouse
from catalog.index.catching_up import catch_up
from catalog.models import Source
from catalog.services import extraction


@transaction.atomic
def fill(account: Account, *, now: datetime) -> bool:
    """Give the account people, teams and a catalog; False, and nothing done, for one that knows a source already."""
    if Source.objects.visible_to(account).exists():
        return False
    draft = Draft(account, now)
    add_people(draft)
    add_sources(draft)
    add_source_users(draft)
    add_tags(draft)
    add_warehouse(draft)
    add_dashboards(draft)
    add_terms(draft)
    add_usage(draft)
    add_opinions(draft)
    extraction.bring_in(account, draft.rows, by=None, now=now)
    while catch_up(now=now, account=account):
        pass  # whoever tries things finds them at once
    return True
