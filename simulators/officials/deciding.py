"""What a pleno decides on one form of a TPS, once its plano was read out beside what Sirekap shows."""

import json
from collections.abc import Mapping
from hashlib import sha256

from simulators.operations import Decided, SeenForm

Pages = Mapping[int, Mapping[str, int]]
"""Numbers by page."""

_CORRECTED = "angka dibetulkan sesuai C.Hasil Plano yang dibacakan dalam rapat pleno"
_ENTERED = "halaman belum terkirim oleh KPPS; angka dientri dari C.Hasil Plano"
_EXPLAINED = "sudah dicocokkan dengan C.Hasil Plano dalam rapat pleno"


def decide(plano: Pages, seen: SeenForm | None, *, explains: bool = False) -> Decided:
    """What a pleno decides on one form: the plano against what Sirekap holds.

    Where a page differs the plano corrects it, and what was never stored is entered with the same decision.
    Each decision corrects one page; a form with two wrong ones is looked at once more.
    """
    stored = dict(seen.pages) if seen else {}
    basis = tuple(sorted((page, revision) for page, (revision, _) in stored.items()))
    said = {page: canonical(numbers) for page, numbers in plano.items()}
    missing = [page for page in said if page not in stored]
    wrong = differing(plano, stored)[:1]
    numbers = tuple((page, said[page]) for page in (*wrong, *missing))
    if wrong:
        return Decided("dikoreksi", basis, numbers, _digest(plano, wrong), _CORRECTED)
    if missing:
        return Decided("entri", basis, numbers, _digest(plano, missing), _ENTERED)
    return Decided("sesuai", basis, (), _digest(plano, list(plano)), _EXPLAINED if explains else "")


def differing(plano: Mapping[int, Mapping[str, int]], stored: Mapping[int, tuple[int, str]]) -> list[int]:
    """Stored pages on which the plano says something else."""
    return [
        page for page, numbers in plano.items() if page in stored and canonical(numbers) != stored[page][1]
    ]


def canonical(numbers: Mapping[str, int]) -> str:
    """One page's numbers as JSON that has only one spelling (as `sheets.canonical`)."""
    return json.dumps(dict(numbers), sort_keys=True, separators=(",", ":"))


def _digest(plano: Pages, pages: list[int]) -> str:
    merged = {field: value for page in pages for field, value in plano[page].items()}
    return sha256(canonical(merged).encode()).hexdigest()
