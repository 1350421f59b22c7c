"""What the twin's system makes of a pleno: open it, show a TPS, take decisions, make the D.Hasil.

The rules are those of the reference stack (`sirekap/README.md`, "The recap"): a decision names the revisions
it was taken on and stands as long as these are the current ones; a final D.Hasil refuses corrections.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from simulators.operations import Decided, Operation, SeenForm

Shown = Mapping[int, tuple[int, str]]
"""Of one form of a TPS: page, its current revision and numbers (canonical JSON)."""
Pages = Callable[[str, str], tuple[int, ...]]
"""Every page of a form of a TPS."""


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision as the twin keeps it; `numbers` is everything it decided on, as JSON, field by field."""

    kecamatan: str
    tps: str
    form: str
    word: str
    key: str
    basis: Mapping[int, int]
    entries: Mapping[int, Mapping[str, int]]
    numbers: str
    at_s: float


class Recap:
    """Plenos of the kecamatan.

    `decisions` is every one that was taken, `final` when each D.Hasil was made, `forms` what was decided on.
    """

    def __init__(self, pages: Pages, shown: Callable[[str, str], Shown]) -> None:
        self.decisions: list[StoredDecision] = []
        self.forms: set[str] = set()
        self.final: dict[tuple[str, str], float] = {}
        self._pages = pages
        self._shown = shown
        self._open: set[str] = set()
        self._last: dict[tuple[str, str], StoredDecision] = {}
        self._under_key: dict[str, StoredDecision] = {}
        self._tps: dict[str, set[str]] = {}

    def register(self, tps: str) -> None:
        """A TPS that belongs to its kecamatan's recap."""
        self._tps.setdefault(tps[:6], set()).add(tps)

    def open(self, kecamatan: str) -> None:
        """Opening again changes nothing."""
        self._open.add(kecamatan)

    def is_final(self, tps: str, form: str) -> bool:
        """Whether the D.Hasil of the TPS's kecamatan is made."""
        return (tps[:6], form) in self.final

    def look(self, tps: str, forms: Iterable[str]) -> dict[str, SeenForm]:
        """What the PPK is shown of a TPS."""
        return {form: SeenForm(self._shown(tps, form), self._word(tps, form)) for form in forms}

    def holds(self, key: str) -> bool:
        """Whether a decision was stored under this key."""
        return key in self._under_key

    def _word(self, tps: str, form: str) -> str:
        last = self._last.get((tps, form))
        stored = {page: revision for page, (revision, _) in self._shown(tps, form).items()}
        return last.word if last is not None and dict(last.basis) == stored else ""

    def refusal(self, operation: Operation) -> tuple[int, str] | None:
        """Why a decision cannot be taken, before anything of it is stored."""
        decided = operation.decided
        assert decided is not None
        if operation.account_tps not in self._open:
            return 409, "pleno_not_open"
        if self.is_final(operation.tps, operation.form):
            return 409, "pleno_final"
        shown = self._shown(operation.tps, operation.form)
        if dict(decided.basis) != {page: revision for page, (revision, _) in shown.items()}:
            return 409, "changed_meanwhile"
        return self._misfit(operation, decided, shown)

    def _misfit(self, operation: Operation, decided: Decided, shown: Shown) -> tuple[int, str] | None:
        given = {page for page, _ in decided.numbers}
        corrected, entered = given & shown.keys(), given - shown.keys()
        missing = set(self._pages(operation.tps, operation.form)) - shown.keys() - entered
        fits = {
            "sesuai": not given,
            "dikoreksi": bool(corrected),
            "entri": bool(entered) and not corrected,
        }[decided.word]
        if missing or not fits:
            return 422, "decision_misfit"
        return (422, "reason_needed") if given and not decided.reason else None

    def store(self, operation: Operation, at_s: float) -> None:
        """Keep a decision that nothing speaks against; its corrections are stored by now."""
        decided, shown = operation.decided, self._shown(operation.tps, operation.form)
        assert decided is not None
        numbers = {field: value for _, text in shown.values() for field, value in json.loads(text).items()}
        entries = {page: json.loads(text) for page, text in decided.numbers if page not in shown}
        for entered in entries.values():
            numbers |= entered
        basis = {page: revision for page, (revision, _) in shown.items()}
        kept = StoredDecision(
            operation.account_tps, operation.tps, operation.form, decided.word, operation.key, basis,
            entries, json.dumps(numbers, sort_keys=True, separators=(",", ":")), at_s,
        )  # fmt: skip
        self.decisions.append(kept)
        self.forms.add(operation.form)
        self._last[operation.tps, operation.form] = self._under_key[operation.key] = kept

    def finalise(self, kecamatan: str, form: str, at_s: float) -> tuple[int, str]:
        """Status and reason."""
        if kecamatan not in self._open:
            return 409, "pleno_not_open"
        if (kecamatan, form) in self.final:
            return 200, ""
        if self.undecided(kecamatan, form):
            return 409, "not_decided"
        self.final[kecamatan, form] = at_s
        return 201, ""

    def undecided(self, kecamatan: str, form: str) -> tuple[str, ...]:
        """TPS on which no decision holds."""
        return tuple(tps for tps in sorted(self._tps.get(kecamatan, ())) if not self._word(tps, form))

    def results(self) -> dict[tuple[str, str], dict[str, StoredDecision]]:
        """Of every D.Hasil the decisions it is made of, by TPS."""
        return {
            (kecamatan, form): {tps: self._last[tps, form] for tps in sorted(self._tps[kecamatan])}
            for kecamatan, form in self.final
        }
