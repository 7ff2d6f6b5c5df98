"""The state of the outbox, and the days that tokens have left, for Prometheus. Counts only: no account, no person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from prometheus_client import CollectorRegistry
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from jobs.models import Heartbeat
from notifications import health
from notifications.models import Email, Outbox
from tokens.models import ApiToken

CONTENT_TYPE = CONTENT_TYPE_LATEST
DAYS_LEFT = (1, 7, 30, 90, 366)  # upper bounds by which active tokens are counted


def exposition(now: datetime, *others: Collector) -> bytes:
    """The metrics of this moment, read from the database, and those of others, in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    for collector in (CurrentState(now), *others):
        registry.register(collector)
    return generate_latest(registry)


@dataclass(eq=False)  # a registry keeps its collectors by identity
class CurrentState(Collector):
    """Reads the metrics at this moment, for one answer."""

    now: datetime

    def collect(self) -> Iterator[Metric]:
        outbox = Outbox.objects.first() or Outbox()
        oldest = health.oldest_waiting(self.now).total_seconds()
        yield gauge("catalog_outbox_oldest_seconds", "Age of the oldest email that is not settled", oldest)
        yield gauge("catalog_outbox_paused", "1 while nothing is sent", float(outbox.paused_at is not None))
        yield gauge("catalog_provider_failing", "1 while the provider fails", float(outbox.failing_since is not None))
        yield from (self.emails(), self.heartbeats(), self.checks(), self.tokens())

    def emails(self) -> Metric:
        metric = GaugeMetricFamily("catalog_emails", "Emails by state and kind", labels=("state", "kind"))
        for state, kind, count in Email.objects.order_by().values_list("state", "kind").annotate(Count("pk")):
            metric.add_metric((state, kind), count)
        return metric

    def heartbeats(self) -> Metric:
        labels = ("part", "name")
        metric = GaugeMetricFamily("catalog_heartbeat_age_seconds", "Since the last sign of life", labels=labels)
        for part, name, at in Heartbeat.objects.values_list("part", "name", "at"):
            metric.add_metric((part, name), (self.now - at).total_seconds())
        return metric

    def checks(self) -> Metric:
        metric = GaugeMetricFamily("catalog_health", "1 when the check is well", labels=("check",))
        for check in health.checks(self.now):
            metric.add_metric((check.name,), float(check.ok))
        return metric

    def tokens(self) -> Metric:
        metric = GaugeMetricFamily("catalog_tokens_expiring", "Active tokens by days left at most", labels=("days",))
        active = ApiToken.objects.open().filter(expires_at__gt=self.now)
        for days in DAYS_LEFT:
            metric.add_metric((str(days),), active.filter(expires_at__lte=self.now + timedelta(days=days)).count())
        return metric


def gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)
