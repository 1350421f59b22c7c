"""Accounts that are active, by area, against the rule for H-1: all of them.

Only figures of real accounts can say "go". A rehearsal plays invented accounts: that not all could be
activated in it says "no-go", that all could says nothing of those that exist. A simulation or a forecast
decides nothing.
"""

from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from reports.readiness.ages import aged, days
from reports.readiness.answer import GO, NO_GO, UNKNOWN, Answer, OpenRisk, State
from reports.readiness.rundir import Gathered
from reports.words import Text, number, percent

OPERATORS = 2
"""Accounts of a TPS: Sirekap 1 and Sirekap 2."""

COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class Area:
    """Accounts of a kecamatan or regency; means where several days were predicted. `covered` False: nobody
    said anything of it."""

    code: str
    name: str
    accounts: float
    active: float
    covered: bool

    @property
    def missing(self) -> float:
        """Accounts that are not active."""
        return self.accounts - self.active


def areas(gathered: Gathered) -> tuple[Area, ...]:
    """Every kecamatan, or every regency where the figures know no kecamatan; most missing first."""
    rows = gathered.activation.to_pylist()
    seeds = max(1, len({row["seed"] for row in rows}))
    coarse = any(len(row["code"]) < 6 for row in rows)
    names: dict[str, str] = {}
    expected: dict[str, float] = defaultdict(float)
    for row in gathered.regions.to_pylist():
        code = row["regency"].replace(".", "") if coarse else row["code"]
        names[code] = row["regency_name"] if coarse else row["name"]
        expected[code] += OPERATORS * row["tps"]
    width = 4 if coarse else 6
    accounts: dict[str, float] = defaultdict(float)
    active: dict[str, float] = defaultdict(float)
    for row in rows:
        if len(row["code"]) == 2:  # a whole province in one figure
            names = {row["code"]: f"{row['code']}"} | names
        place = row["code"][:width]
        accounts[place] += row["accounts"] / seeds
        active[place] += row["active"] / seeds
    provinces = {code for code in accounts if len(code) == 2}
    if gathered.asked["activation"]["kind"] != COUNTED:  # a sample stands for all
        times = sum(expected.values()) / max(1.0, sum(accounts.values()))
        accounts = {code: times * one for code, one in accounts.items()}
        active = {code: times * one for code, one in active.items()}
        expected = {code: one for code, one in expected.items() if code in accounts}
    found = [
        Area(code, names.get(code, code), accounts[code] if code in accounts else expected[code],
             active.get(code, 0.0), code in accounts)
        for code in sorted({*accounts, *expected})
        if code in accounts or code[:2] not in provinces
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.missing, one.code)))


def shares(gathered: Gathered) -> list[float]:
    """Share of accounts that are active, for each day that was predicted (or the one that was counted)."""
    sums: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for row in gathered.activation.to_pylist():
        sums[row["seed"]][0] += row["active"]
        sums[row["seed"]][1] += row["accounts"]
    return [active / accounts for active, accounts in sums.values() if accounts]


def judge_activation(gathered: Gathered) -> Answer:
    """Compare with `activated`."""
    about, wanted = gathered.asked["activation"], gathered.wanted.activated
    found = areas(gathered)
    accounts, active = sum(one.accounts for one in found), sum(one.active for one in found)
    dark = [one for one in found if not one.covered]
    share = active / accounts if accounts else 0.0
    at_best = (active + sum(one.accounts for one in dark)) / accounts if accounts else 1.0
    state, why = _state(gathered, share, at_best, wanted, dark)
    basis = _BASIS[about["kind"]]
    lowest = (percent(share, "id"), percent(share, "en")) if accounts else ("?", "?")
    said = Text(
        f"{number(active, 'id')} dari {number(accounts, 'id')} akun aktif, {basis.id}. {why.id}",
        f"{number(active, 'en')} of {number(accounts, 'en')} accounts active, {basis.en}. {why.en}",
    )
    if not accounts:
        said = Text(
            f"Skenario ini tidak memainkan aktivasi. {why.id}", f"This scenario plays no activation. {why.en}"
        )
    rule = Text(
        f"siap bila {percent(wanted, 'id', 0)} akun aktif menurut angka nyata yang berumur paling lama "
        f"{days(gathered.wanted.figures_within, 'id')}; gladi hanya dapat mengatakan tidak siap, simulasi "
        "dan perkiraan tidak memutuskan",
        f"go if {percent(wanted, 'en', 0)} of accounts are active by real figures no older than "
        f"{days(gathered.wanted.figures_within, 'en')}; a rehearsal can only say no-go, a simulation or "
        "forecast decides nothing",
    )
    figures: dict[str, Any] = {
        "kind": about["kind"], "accounts": accounts, "active": active, "share": share, "wanted": wanted,
        "shares": shares(gathered), "areas": [asdict(one) for one in found],
    }  # fmt: skip
    title = Text("Aktivasi akun", "Activation of accounts")
    return Answer(
        "activation", title, state, Text(*lowest), said, rule, figures,
        tuple(_risks(gathered, found, accounts)),
    )  # fmt: skip


_BASIS = {
    COUNTED: Text("menurut berkas angka nyata", "by the file of real figures"),
    "rehearsed": Text("dalam gladi (akun rekaan, bukan akun nyata)", "in a rehearsal (invented accounts)"),
    "simulated": Text("dalam simulasi, bukan hasil hitung", "in a simulation, not counted"),
    "forecast": Text("perkiraan, bukan hasil hitung", "a forecast, not counted"),
}


def _state(
    gathered: Gathered, share: float, at_best: float, wanted: float, dark: list[Area]
) -> tuple[State, Text]:
    about = gathered.asked["activation"]
    if about.get("example"):
        return UNKNOWN, Text(
            "Berkas itu contoh dengan angka rekaan.", "That file is an example, its figures are invented."
        )
    if about["kind"] in ("forecast", "simulated"):
        return UNKNOWN, Text(
            "Yang nyata belum dihitung: --activation BERKAS.", "The real ones were not counted: --activation."
        )
    if at_best < wanted:
        return NO_GO, Text(
            f"Batasnya {percent(wanted, 'id', 0)}.", f"The rule is {percent(wanted, 'en', 0)}."
        )
    if about["kind"] == "rehearsed":
        return UNKNOWN, Text(
            "Akun nyata belum dihitung: --activation BERKAS.", "Real accounts were not counted: --activation."
        )
    if dark or share < wanted:
        listed = ", ".join(one.name for one in dark[:4]) + ("" if len(dark) <= 4 else ", …")
        return UNKNOWN, Text(f"Tidak ada angka untuk {listed}.", f"There are no figures of {listed}.")
    if old := _old(gathered):
        return UNKNOWN, Text(f"{old.id}.", f"{old.en}.")
    return GO, Text("Semua yang harus aktif sudah aktif.", "All that must be active are.")


def _old(gathered: Gathered) -> Text | None:
    """That counted figures have no date, or are older than is allowed; None where they are fresh."""
    at, most = gathered.asked["activation"].get("at"), gathered.wanted.figures_within
    if at is None:
        return Text("Tanggal angkanya tidak disebut (kolom per)", "The figures have no date (column as_of)")
    age = aged(datetime.fromisoformat(at), gathered.at)
    if age <= most:
        return None
    return Text(
        f"Angkanya sudah {days(age, 'id')}, paling lama {days(most, 'id')}",
        f"The figures are {days(age, 'en')} old, {days(most, 'en')} at most",
    )


def _risks(gathered: Gathered, found: tuple[Area, ...], accounts: float) -> list[OpenRisk]:
    about, out = gathered.asked["activation"], []
    missing = sum(one.missing for one in found if one.covered)
    if about["kind"] == COUNTED and missing:
        worst = ", ".join(one.name for one in found[:3] if one.missing)
        out.append(
            OpenRisk(
                Text(f"{number(missing, 'id')} akun belum aktif, terbanyak di {worst}",
                     f"{number(missing, 'en')} accounts are not active, most in {worst}"),
                "critical",
                Text("PPK mendampingi aktivasi TPS itu hari ini",
                     "PPK see to the activation of these TPS today"),
            )
        )  # fmt: skip
    expected = OPERATORS * gathered.tps
    if about["kind"] == COUNTED and round(accounts) != expected:
        out.append(
            OpenRisk(
                Text(f"Berkas aktivasi berisi {number(accounts, 'id')} akun; dua per TPS berarti "
                     f"{number(expected, 'id')}",
                     f"The file has {number(accounts, 'en')} accounts; two a TPS make "
                     f"{number(expected, 'en')}"),
                "medium",
                Text("cocokkan daftar akun dengan daftar TPS", "match the list of accounts with that of TPS"),
            )
        )  # fmt: skip
    if about["kind"] == COUNTED and not about.get("example") and (old := _old(gathered)):
        out.append(
            OpenRisk(
                Text(f"Aktivasi akun: {old.id[0].lower()}{old.id[1:]}",
                     f"Activation of accounts: {old.en[0].lower()}{old.en[1:]}"),
                "high",
                Text("unduh rekap aktivasi yang baru dari Sirekap, lalu --activation BERKAS",
                     "take a new recap of activation from Sirekap, then --activation FILE"),
            )
        )  # fmt: skip
    if about["kind"] != COUNTED or about.get("example"):
        out.append(
            OpenRisk(
                Text("Aktivasi akun nyata belum dihitung", "The activation of real accounts was not counted"),
                "high",
                Text("unduh rekap aktivasi dari Sirekap, lalu --activation BERKAS",
                     "take the recap of activation from Sirekap, then --activation FILE"),
            )
        )  # fmt: skip
    return out
