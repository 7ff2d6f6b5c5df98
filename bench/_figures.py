"""A figure with its spread."""

import statistics
from collections.abc import Sequence


def spread(values: Sequence[float], form: str) -> str:
    """Median and quartiles, as `1.05 (1.04 to 1.07)`."""
    low, middle, high = statistics.quantiles(values, n=4) if len(values) > 1 else [values[0]] * 3
    return f"{middle:{form}} ({low:{form}} to {high:{form}})"


def ratios(values: Sequence[float], others: Sequence[float]) -> list[float]:
    """Of each round."""
    return [value / other for value, other in zip(values, others, strict=True)]
