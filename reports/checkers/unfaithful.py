"""Unfaithful: is what a pleno decided what the system holds, and is every D.Hasil made of nothing else?

* A decision that was acknowledged is stored, under its key. One that the pleno took back by deciding again is
  still there: decisions are append-only.
* What was entered for pages that nobody sent is what the PPK typed.
* A final D.Hasil has a column for each TPS of the kecamatan; each column says what the last decision on that
  TPS stands on (revisions of pages, and entries), to the last number; its sums are those of its columns.
* A D.Hasil whose making was acknowledged is there.

What a correction of the pleno wrote is a revision of a page, and so the other checkers' affair as well.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import sha256

import numpy as np

from reports.checkers.registry import checker
from reports.evidence import digest, of_operation
from reports.finding import Example, Finding, conclude
from reports.recap import Decision, DHasil, Numbers, StoredRecap, stored_recap
from reports.rundir import RunDirectory
from reports.words import Text

_NOT_PLAYED = Text("tidak ada pleno yang dimainkan", "no pleno was played")
_NOT_READ = Text("putusan pleno tidak dibaca kembali", "decisions of plenos were not read back")
_STORED = Text("putusan ini tersimpan", "this decision is stored")
_MADE = Text("D.Hasil ini tersimpan", "this D.Hasil is stored")


@checker(
    "unfaithful",
    Text("Tidak setia", "Unfaithful"),
    Text(
        "Setiap putusan pleno tersimpan, dan D.Hasil memuat tepat angka yang diputuskan dan jumlahnya.",
        "Every decision of a pleno is stored, and the D.Hasil is made of exactly what was decided, added up.",
    ),
)
def unfaithful(run: RunDirectory) -> Finding:
    """Decisions that are gone or differ, and D.Hasil that are not made of them."""
    history = run.history
    decides = np.flatnonzero(history.is_in("kind", "pleno_decide") & history.is_in("outcome", "ok"))
    makes = np.flatnonzero(history.is_in("kind", "pleno_finalise") & history.is_in("outcome", "ok"))
    if not len(decides) and not len(makes):
        return Finding(True, 0, 0, _NOT_PLAYED)
    held = stored_recap(run)
    if held is None or run.readback is None:
        return Finding("unknown", 0, len(decides), _NOT_READ)
    wrong = [
        *_decisions(run, decides.tolist(), held),
        *_missing(run, makes.tolist(), held),
        *(example for one in held.d_hasil if one.state == "final" for example in _result(run, one, held)),
    ]
    return conclude(run, len(wrong), len(decides) + len(held.d_hasil), wrong[:10], absence=True)


def _decisions(run: RunDirectory, rows: list[int], held: StoredRecap) -> Iterator[Example]:
    stored = {one.key: one for one in held.decisions}
    seen: set[str] = set()
    for row in rows:
        key = run.history.text("key", row)
        one = stored.get(key)
        if key in seen:
            continue
        seen.add(key)
        if one is None:
            yield of_operation(run, row, _STORED, Text("tidak ada", "it is not there"))
            continue
        told = run.history.text("numbers_sha256", row)
        if one.word == "entri" and _sha256(one.entries) != told:
            yield of_operation(
                run, row, Text(f"entri {digest(told)}", f"entries {digest(told)}"),
                Text(f"entri {digest(_sha256(one.entries))}", f"entries {digest(_sha256(one.entries))}"),
            )  # fmt: skip


def _missing(run: RunDirectory, rows: list[int], held: StoredRecap) -> Iterator[Example]:
    made = {(one.kecamatan, one.form) for one in held.d_hasil}
    for row in rows:
        if (run.history.text("account_tps", row), run.history.text("form", row)) not in made:
            yield of_operation(run, row, _MADE, Text("tidak ada", "it is not there"))


def _result(run: RunDirectory, one: DHasil, held: StoredRecap) -> Iterator[Example]:
    standing, pages = held.standing, _revisions(run)
    tps = {code for code in run.population.arrow("tps").to_pylist() if code.startswith(one.kecamatan)}
    for code in sorted(tps ^ one.columns.keys()):
        there = Text("ada kolomnya", "it has a column") if code in one.columns else Text("tidak ada", "none")
        wanted = Text("satu kolom setiap TPS kecamatan", "one column for each TPS of the kecamatan")
        yield _of(one, code, wanted, there)
    for code in sorted(tps & one.columns.keys()):
        decision = standing.get((code, one.form))
        decided = _decided(decision, pages) if decision else {}
        differ = sorted(
            field for field, number in one.columns[code].items() if decided.get(field, 0) != number
        )
        if decision is None or differ:
            field = differ[0] if differ else ""
            yield _of(
                one, code,
                Text(f"{field} = {decided.get(field)}, seperti diputuskan",
                     f"{field} = {decided.get(field)}, as decided"),
                _number(field, one.columns[code]),
            )  # fmt: skip
    sums: Counter[str] = Counter()
    for column in one.columns.values():
        sums.update(column)
    for field, total in one.totals.items():
        if sums[field] != total:
            yield _of(
                one, "",
                Text(f"jumlah {field} = {sums[field]}", f"sum of {field} = {sums[field]}"),
                Text(str(total), str(total)),
            )  # fmt: skip


def _decided(decision: Decision, pages: Mapping[tuple[str, str, int, int], Numbers]) -> dict[str, int]:
    """All numbers that a decision stands on."""
    numbers = dict(decision.entries)
    for page, revision in decision.basis.items():
        numbers |= pages.get((decision.tps, decision.form, page, revision), {})
    return numbers


@lru_cache(maxsize=1)
def _revisions(run: RunDirectory) -> dict[tuple[str, str, int, int], Numbers]:
    stored = run.readback
    assert stored is not None
    columns = (stored.arrow(name).to_pylist() for name in ("tps", "form", "page", "revision", "numbers"))
    return {
        (tps, form, int(page), int(revision)): json.loads(numbers)
        for tps, form, page, revision, numbers in zip(*columns, strict=True)
    }


def _sha256(numbers: Numbers) -> str:
    return sha256(json.dumps(numbers, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _number(field: str, numbers: Numbers) -> Text:
    return Text(f"{field} = {numbers.get(field)}", f"{field} = {numbers.get(field)}")


def _of(one: DHasil, tps: str, expected: Text, found: Text) -> Example:
    """An example about a D.Hasil: of one TPS in it, or of its sums ("")."""
    return Example((), tps or one.kecamatan, one.form, 0, None, expected, found)
