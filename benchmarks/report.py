"""Medians and JSON lines."""

import json
from collections.abc import Callable
from statistics import median

RUNS = 3


def figure(
    bench: str, metric: str, value: float, unit: str, *, baseline: float | None = None, **about: object
) -> None:
    """Print one line: {"bench", "metric", "value", "unit", "baseline", "ratio"} and what it is about."""
    line = {
        "bench": bench,
        "metric": metric,
        "value": round(value, 4),
        "unit": unit,
        "baseline": None if baseline is None else round(baseline, 4),
        "ratio": round(value / baseline, 3) if baseline else None,
        **about,
    }
    print(json.dumps(line, ensure_ascii=False), flush=True)


def medians(*measures: Callable[[], float], runs: int = RUNS) -> list[float]:
    """Each measure's median; they take turns, so that a slow minute of the machine hits all of them."""
    results: list[list[float]] = [[] for _ in measures]
    for _run in range(runs):
        for values, measure in zip(results, measures, strict=True):
            values.append(measure())
    return [median(values) for values in results]
