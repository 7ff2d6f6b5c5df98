"""How often tools were called, with which outcome, and how long that took: counted by all processes in Valkey.

A process that answers `/metrics` tells the same as any other. What Valkey loses begins at 0 again, as counters may.
"""

from collections import defaultdict
from collections.abc import Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import CounterMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.registry import Collector

from api import throttling

CALLS, SECONDS = "mcp.calls", "mcp.seconds"  # hashes: "<tool> <outcome>" to calls, and to seconds


def count(tool: str, outcome: str, seconds: float) -> None:
    """Nothing while Valkey is away."""
    throttling.counters.add({CALLS: {f"{tool} {outcome}": 1}, SECONDS: {f"{tool} {outcome}": seconds}})


def exposition() -> bytes:
    """The metrics of this moment in Prometheus' text format; nothing while Valkey is away."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Tools())
    return generate_latest(registry)


class Tools(Collector):
    def collect(self) -> Iterator[Metric]:
        calls, seconds = throttling.counters.read(CALLS), throttling.counters.read(SECONDS)
        by_outcome = CounterMetricFamily("catalog_mcp_calls", "Calls of tools by outcome", labels=("tool", "outcome"))
        numbers: dict[str, float] = defaultdict(float)
        times: dict[str, float] = defaultdict(float)
        for name, number in calls.items():
            tool, _, outcome = name.partition(" ")
            by_outcome.add_metric((tool, outcome), number)
            numbers[tool] += number
            times[tool] += seconds.get(name, 0.0)
        yield by_outcome
        took = SummaryMetricFamily("catalog_mcp_seconds", "How long calls of tools took", labels=("tool",))
        for tool, number in numbers.items():
            took.add_metric((tool,), count_value=int(number), sum_value=times[tool])
        yield took
