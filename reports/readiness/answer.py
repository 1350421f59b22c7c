"""What a readiness check says of one thing: go, no-go or unknown, why, by which rule, and what stays open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from reports.words import Text
from scenarios.readiness import Severity

State = Literal["go", "no_go", "unknown"]
GO: State = "go"
NO_GO: State = "no_go"
UNKNOWN: State = "unknown"

ORDER: tuple[Severity, ...] = ("critical", "high", "medium", "low")


def worst(states: Iterable[State]) -> State:
    """no_go before unknown before go; unknown of nothing, since nothing was looked at."""
    seen = set(states)
    return NO_GO if NO_GO in seen else UNKNOWN if UNKNOWN in seen or not seen else GO


@dataclass(frozen=True, slots=True)
class OpenRisk:
    """Something that may still go wrong, and what closes it. `due` None: no date was set."""

    title: Text
    severity: Severity
    closes: Text
    owner: str = ""
    due: date | None = None
    registered: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain values, Indonesian beside English."""
        return {
            "title": self.title.en, "title_id": self.title.id, "severity": self.severity,
            "closes": self.closes.en, "closes_id": self.closes.id, "owner": self.owner,
            "due": self.due.isoformat() if self.due else None, "registered": self.registered,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """`figure` is what to read first, `rule` how the state follows, `figures` what it rests on."""

    name: str
    title: Text
    state: State
    figure: Text
    why: Text
    rule: Text
    figures: Mapping[str, Any] = field(default_factory=dict)
    risks: tuple[OpenRisk, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Plain values, Indonesian beside English."""
        return {
            "state": self.state, "title": self.title.en, "title_id": self.title.id,
            "why": self.why.en, "why_id": self.why.id, "rule": self.rule.en, "rule_id": self.rule.id,
            "figures": dict(self.figures), "risks": [one.as_json() for one in self.risks],
        }  # fmt: skip


def joined(texts: Iterable[Text], between: str = "; ") -> Text:
    """Several pieces as one."""
    kept = list(texts)
    return Text(between.join(one.id for one in kept), between.join(one.en for one in kept))
