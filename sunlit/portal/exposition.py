"""The text format in which Prometheus and its kin read figures (exposition format 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True)
class Sample:
    """One figure; ``suffix`` is only used by the parts of a histogram."""

    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    suffix: str = ""


@dataclass(frozen=True)
class Metric:
    """A figure with its name, its kind (``counter``, ``gauge``, ``histogram``), what it means, and its samples."""

    name: str
    kind: str
    meaning: str
    samples: Sequence[Sample] = ()


def render(metrics: Iterable[Metric]) -> str:
    """Return the figures as text; one without samples is left out."""
    return "".join(f"{line}\n" for metric in metrics if metric.samples for line in _lines(metric))


def _lines(metric: Metric) -> list[str]:
    meaning = metric.meaning.replace("\\", r"\\").replace("\n", r"\n")
    head = [f"# HELP {metric.name} {meaning}", f"# TYPE {metric.name} {metric.kind}"]
    return head + [f"{metric.name}{one.suffix}{_labels(one.labels)} {_number(one.value)}" for one in metric.samples]


def _labels(labels: Mapping[str, str]) -> str:
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}" if labels else ""


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(float(value))
