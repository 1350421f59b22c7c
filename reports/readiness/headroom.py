"""The predicted peak against what was measured, kind by kind; what was not measured is unknown."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from math import inf, isfinite
from typing import Any

from reports.readiness.ages import days
from reports.readiness.answer import GO, NO_GO, UNKNOWN, Answer, OpenRisk, State, worst
from reports.readiness.demand import READ, Peak, peaks, scale_up, served, window
from reports.readiness.measured import Holds, holds
from reports.readiness.rundir import Gathered
from reports.words import Lang, Text, number

NAMES: Mapping[str, Text] = {
    "activate": Text("Aktivasi", "Activation"),
    "login": Text("Masuk (login)", "Login"),
    "submit_page": Text("Kiriman halaman", "Submitted pages"),
    "status": Text("Permintaan kecil aplikasi", "Small requests of the app"),
    READ: Text("Pembaca portal", "Readers of the portal"),
}
LIKE = {"activate": "login"}
"""Activation has no measurement of its own: it is held to that of logins, which hash a password as it does
(assumed)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of request: its peak, what is held, and low and high end of the headroom between them."""

    kind: str
    peak: Peak
    holds: Holds | None
    low: float | None
    high: float | None
    state: State
    why: Text


def lines(gathered: Gathered, activated: bool = False) -> tuple[Line, ...]:
    """Every kind with a predicted peak. `activated`: all accounts are, so activation has no peak any more."""
    return tuple(
        _line(gathered, kind, peak)
        for kind, peak in peaks(gathered).items()
        if not (kind == "activate" and activated)
    )


def _line(gathered: Gathered, kind: str, peak: Peak) -> Line:
    found = holds(gathered, LIKE.get(kind, kind))
    if found is None:
        why = (
            Text("diukur, tetapi belum dapat dikatakan", "measured, and could not be said")
            if any(kind in run["asked"]["whats"] for run in gathered.capacity)
            else Text("belum diukur", "not measured")
        )
        return Line(kind, peak, None, None, None, UNKNOWN, why)
    low = found.low_per_s / peak.high_per_s if peak.high_per_s > 0 else inf
    high = found.high_per_s / peak.low_per_s if peak.low_per_s > 0 else inf
    wanted = gathered.wanted.headroom
    if high < wanted:
        state, why = NO_GO, Text("tidak cukup", "not enough")
    elif low < wanted and found.contradicted:
        state, why = UNKNOWN, Text("pengukuran bertentangan", "measurements contradict each other")
    elif low < wanted:
        state, why = UNKNOWN, Text("selangnya terlalu lebar", "the intervals are too wide")
    elif found.old:
        state, why = UNKNOWN, Text("pengukuran terlalu lama", "the measurement is too old")
    else:
        state, why = GO, Text("cukup", "enough")
    return Line(kind, peak, found, low, high, state, why)


def judge_headroom(gathered: Gathered, activated: bool = False) -> Answer:
    """Compare the low end of what is held with the high end of the peak, times `headroom`."""
    found = lines(gathered, activated)
    state = worst(one.state for one in found)
    wanted = gathered.wanted.headroom
    tight = [one for one in found if one.state == state] or list(found)
    named = joined_names(tight)
    why = {
        GO: Text("Setiap jenis permintaan tertahan dengan ruang lebih yang diminta.",
                 "Every kind of request is held with the headroom asked for."),
        NO_GO: Text(f"Tidak cukup: {named.id}.", f"Not enough: {named.en}."),
        UNKNOWN: Text(f"Belum pasti: {named.id}.", f"Not certain: {named.en}."),
    }[state]  # fmt: skip
    lows = [one.low for one in found if one.low is not None]
    least = min(lows, default=None)
    figure = Text("?", "?")
    if least is not None and len(lows) == len(found):
        figure = Text(f"{times(least, 'id')}", f"{times(least, 'en')}")
    minutes = window(gathered)
    rule = Text(
        f"siap bila ujung bawah kapasitas terukur sedikitnya {times(wanted, 'id')} ujung atas puncak "
        f"perkiraan ({'menit' if minutes == 1 else f'{minutes} menit'} tersibuk) untuk setiap jenis, dari "
        f"pengukuran berumur paling lama {days(gathered.wanted.measured_within, 'id')}; tidak siap bila "
        "ujung atasnya pun kurang; tanpa pengukuran: belum diketahui",
        f"go if the low end of the measured capacity is at least {times(wanted, 'en')} the high end of the "
        f"predicted peak (busiest {'minute' if minutes == 1 else f'{minutes} minutes'}) for every kind, "
        f"from measurements no older than {days(gathered.wanted.measured_within, 'en')}; no-go if even the "
        "high end is less; unknown where nothing was measured",
    )
    figures = {
        "serves_tps": served(gathered), "scale_up": scale_up(gathered), "window_minutes": minutes,
        "wanted": wanted, "kinds": {one.kind: _plain(one) for one in found},
    }  # fmt: skip
    title = Text("Kapasitas terhadap puncak", "Capacity against the peak")
    return Answer("capacity", title, state, figure, why, rule, figures, tuple(_risks(found)))


def joined_names(found: list[Line]) -> Text:
    """ "Masuk (login) (belum diukur), ..." """
    return Text(
        ", ".join(f"{NAMES[one.kind].id} ({one.why.id})" for one in found),
        ", ".join(f"{NAMES[one.kind].en} ({one.why.en})" for one in found),
    )


def times(value: float, lang: Lang) -> str:
    """ "3,2 kali"; an endless headroom is "tak terbatas"."""
    if not isfinite(value):
        return Text("tak terbatas", "without end")(lang)
    digits = 0 if value >= 10 or value == int(value) else 1 if value >= 1 else 2 if value >= 0.1 else 4
    return number(value, lang, digits) + Text(" kali", " times")(lang)


def _plain(one: Line) -> dict[str, Any]:
    peak = {name: value for name, value in asdict(one.peak).items() if name not in ("kind", "at")}
    peak["at"] = one.peak.at.isoformat() if one.peak.at else None
    said = None
    if one.holds is not None:
        said = {
            "rate_per_s": one.holds.rate_per_s, "low_per_s": one.holds.low_per_s,
            "high_per_s": one.holds.high_per_s,
            "statements": [{**asdict(each), "at": each.at.isoformat()} for each in one.holds.statements],
        }  # fmt: skip
    return {"peak": peak, "holds": said, "headroom_low": one.low, "headroom_high": one.high,
            "state": one.state, "why": one.why.en, "why_id": one.why.id}  # fmt: skip


def _risks(found: tuple[Line, ...]) -> list[OpenRisk]:
    out = []
    for one in found:
        name = NAMES[one.kind]
        if one.holds is None:
            what = {"activate": "login"}.get(one.kind, one.kind)
            out.append(
                OpenRisk(
                    Text(f"{name.id}: {one.why.id}", f"{name.en}: {one.why.en}"),
                    "high",
                    Text(f"gladi capacity --only {what}, lalu --capacity",
                         f"gladi capacity --only {what}, then --capacity"),
                )
            )  # fmt: skip
        elif one.state == NO_GO:
            out.append(
                OpenRisk(
                    Text(f"{name.id}: puncak melampaui kapasitas", f"{name.en}: the peak exceeds capacity"),
                    "critical",
                    Text("tambah server, atau bagi jam aktivasi dan masuk; ukur lagi",
                         "add servers, or spread activation and login over hours; measure again"),
                )
            )  # fmt: skip
        elif one.state == UNKNOWN:
            out.append(
                OpenRisk(
                    Text(f"{name.id}: {one.why.id}", f"{name.en}: {one.why.en}"),
                    "medium",
                    Text("ukur lebih lama (gladi capacity --minutes), atau ramalkan lebih banyak hari "
                         "(--days)",
                         "measure longer (gladi capacity --minutes), or predict more days (--days)"),
                )
            )  # fmt: skip
    return out
