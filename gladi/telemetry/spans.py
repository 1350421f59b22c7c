"""The run as spans: the run is the root, below it its preparation, the phases of the story, and every fault.

All with moments of the wall clock. A fault's span begins when it struck and ends when it was undone; spans go
out as they end, the root last. Of a fault its id, kind and number of targets are told, never whom it hit.
"""

from collections.abc import Sequence
from typing import Any

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, Span, SpanProcessor, TracerProvider
from opentelemetry.trace import Status, StatusCode

from gladi.liveview.course import Course
from gladi.telemetry.measures import in_force


class Spans:
    """Makes spans of what the course says."""

    def __init__(self, course: Course, resource: Resource, began_ns: int) -> None:
        self._course = course
        self._over: _Ended = _Ended()
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(self._over)
        self._tracer = provider.get_tracer("gladi")
        self._began_ns = began_ns
        self._root = self._tracer.start_span(
            f"gladi rehearse {course.setting.scenario.scenario.id}", start_time=began_ns
        )
        self._below = trace.set_span_in_context(self._root)
        self._told: set[str] = set()

    def ended(self, over: bool) -> Sequence[ReadableSpan]:
        """Spans that ended since the last call; with `over`, everything that is left ends now."""
        now = self._course.latest()
        zero_s = now["zero_epoch_s"]
        if zero_s is not None:
            self._phases(zero_s, now["run_s"], over)
            for fault in now["faults"]:
                self._fault(fault, zero_s, now["run_s"], over)
        if over:
            if now["verdict"]:
                self._root.set_attribute("gladi.verdict", now["verdict"])
                self._root.set_status(
                    Status(StatusCode.OK if now["verdict"] == "passed" else StatusCode.ERROR)
                )
            self._root.end()
        return self._over.take()

    def _phases(self, zero_s: float, run_s: float, over: bool) -> None:
        self._once("persiapan", self._began_ns, _ns(zero_s), {})
        for phase in self._course.setting.timeline.phases:
            end_s = phase.run_end_s if run_s >= phase.run_end_s else run_s
            if (over and phase.run_start_s < run_s) or run_s >= phase.run_end_s:
                about = {"gladi.phase": phase.id, "gladi.compression": phase.compression}
                self._once(phase.title, _ns(zero_s + phase.run_start_s), _ns(zero_s + end_s), about)

    def _fault(self, fault: dict[str, Any], zero_s: float, run_s: float, over: bool) -> None:
        if fault["struck_s"] is None or (in_force(fault) and not over):
            return
        about = {
            "gladi.fault": fault["id"], "gladi.fault.name": fault["name"],
            "gladi.fault.targets": len(fault["target"]),
        }  # fmt: skip
        end_s = run_s if fault["healed_s"] is None else fault["healed_s"]
        span = self._once(fault["id"], _ns(zero_s + fault["struck_s"]), 0, about)
        if span is not None:
            span.add_event("struck", timestamp=_ns(zero_s + fault["struck_s"]))
            if in_force(fault):
                span.set_status(Status(StatusCode.ERROR, "not proved healed when the run ended"))
            else:
                span.add_event("healed", timestamp=_ns(zero_s + end_s))
            span.end(_ns(zero_s + max(end_s, fault["struck_s"])))

    def _once(self, name: str, start_ns: int, end_ns: int, about: dict[str, Any]) -> trace.Span | None:
        """A span below the root, ended at once unless `end_ns` is 0; None for one that was told before."""
        if name in self._told:
            return None
        self._told.add(name)
        span = self._tracer.start_span(name, self._below, attributes=about, start_time=start_ns)
        if end_ns:
            span.end(max(start_ns, end_ns))
        return span


class _Ended(SpanProcessor):
    """Keeps spans that ended until they are taken."""

    def __init__(self) -> None:
        self._spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        """One more."""
        self._spans.append(span)

    def on_start(self, span: Span, parent_context: Any = None) -> None:
        """Nothing yet."""

    def take(self) -> Sequence[ReadableSpan]:
        """All that were kept, and none any more."""
        spans, self._spans = self._spans, []
        return spans


def _ns(epoch_s: float) -> int:
    return int(epoch_s * 1e9)
