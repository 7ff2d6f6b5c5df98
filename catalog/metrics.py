"""What the search still has to index, for Prometheus. Counts only: no account, no asset."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from catalog.models import SearchDue


@dataclass(eq=False)  # a registry keeps its collectors by identity
class Search(Collector):
    """Reads the metrics at this moment, for one answer."""

    now: datetime

    def collect(self) -> Iterator[Metric]:
        due = GaugeMetricFamily("search_due", "What waits to be indexed, by what it is", labels=("what",))
        rows = dict(SearchDue.objects.order_by().values_list("what").annotate(Count("pk")))
        for what in SearchDue.What.values:
            due.add_metric((what,), rows.get(what, 0))
        yield due
        waiting = SearchDue.objects.exclude(what=SearchDue.What.COUNTS)
        oldest = waiting.aggregate(since=Min("since"))["since"]
        age = max((self.now - oldest).total_seconds(), 0.0) if oldest else 0.0
        yield GaugeMetricFamily("search_due_oldest_seconds", "Age of the oldest that is not a count", value=age)
