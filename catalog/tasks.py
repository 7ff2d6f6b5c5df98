"""Jobs of the catalog: a clock, one call, a count."""

from celery import shared_task
from django.utils import timezone

from catalog.index.catching_up import catch_up


@shared_task(ignore_result=True)
def index_what_is_due() -> None:
    catch_up(now=timezone.now())
