"""The assistant and the search's index for Prometheus, read from rows. Counts only: no account, no person, no text."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from assistant import reports


def exposition(now: datetime) -> bytes:
    """The metrics of this moment, in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(CurrentState(now))
    return generate_latest(registry)


@dataclass(eq=False)  # a registry keeps its collectors by identity
class CurrentState(Collector):
    """Reads the metrics at this moment, for one answer. All are gauges: rows are forgotten after a time, and a counter
    that falls would be taken for one that began anew.
    """

    now: datetime

    def collect(self) -> Iterator[Metric]:
        waiting = reports.waiting(self.now)
        yield self.jobs()
        yield gauge(
            "assistant_waiting_seconds", "Age of the oldest question that waits", waiting.oldest.total_seconds()
        )
        yield self.seconds()
        yield self.requests()
        yield self.tokens()

    def jobs(self) -> Metric:
        labels = ("state", "writer")
        metric = GaugeMetricFamily("assistant_jobs_total", "Questions that are kept", labels=labels)
        for state, writer, number in reports.by_state_and_writer():
            metric.add_metric((state, writer), number)
        return metric

    def seconds(self) -> Metric:
        what = "From question to answer, in the last 24 hours"
        metric = GaugeMetricFamily("assistant_job_seconds", what, labels=("quantile",))
        for percent, seconds in reports.seconds(self.now).items():
            metric.add_metric((str(percent / 100),), seconds)
        return metric

    def requests(self) -> Metric:
        what = "Requests to a model that are kept"
        metric = GaugeMetricFamily("assistant_model_requests_total", what, labels=("outcome",))
        for outcome, number in reports.model_requests():
            metric.add_metric((outcome,), number)
        return metric

    def tokens(self) -> Metric:
        metric = GaugeMetricFamily("assistant_tokens_total", "Tokens of questions that are kept", labels=("direction",))
        for direction, number in reports.tokens().items():
            metric.add_metric((direction,), number)
        return metric


def gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)
