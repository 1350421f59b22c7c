"""The tables that a new scenario begins with, in the order in which they stand in the file."""

from datetime import date, timedelta

from gladi.writing.figures import Value, Values, faults, links, power, region
from gladi.writing.wish import DAYS, Lang, Wish
from scenarios.model import Scenario

Part = tuple[str, Values]

HEADS: dict[str, dict[Lang, str]] = {
    "scenario": {"id": "Apa yang digladikan, dan mengapa.", "en": "What is rehearsed, and why."},
    "region": {"id": "Di mana.", "en": "Where."},
    "clock": {
        "id": "Waktu manusia dimampatkan; batas waktu, jaringan dan server tidak pernah.",
        "en": "Human time is compressed; timeouts, links and the server never are.",
    },
    "phases": {
        "id": "Bagian kalender yang dimainkan (waktu setempat); yang di antaranya dilewati.",
        "en": "Stretches of the calendar that are played (local time); what lies between is skipped.",
    },
    "links": {"id": "Bagaimana TPS terhubung ke jaringan.", "en": "How TPS reach the network."},
    "power": {"id": "Listrik di TPS selama penghitungan.", "en": "Power at the TPS during the count."},
    "activation": {"id": "Jendela aktivasi akun.", "en": "The activation of accounts."},
    "login": {"id": "Uji masuk sehari sebelumnya.", "en": "The login check of the day before."},
    "voting": {"id": "Hari H: menghitung, memotret, mengirim.", "en": "The day: count, photograph, send."},
    "app": {
        "id": "Yang dilakukan aplikasi sendiri, detik nyata.",
        "en": "What the app does by itself; real seconds.",
    },
    "public": {"id": "Publik yang membuka portal (ditipiskan).", "en": "The public at the portal (thinned)."},
    "probes": {
        "id": "Tingkah yang harus tahan dihadapi sistem yang sehat.",
        "en": "Variety that a sound system must survive.",
    },
    "faults": {
        "id": "Yang rusak dengan sengaja, lalu dipulihkan.",
        "en": "What is broken on purpose, and healed.",
    },
    "slo": {
        "id": "Layanan yang disebut baik, detik nyata.",
        "en": "What counts as good service; real seconds.",
    },
    "expect": {
        "id": "Yang harus dicapai supaya LULUS, selain tidak ada yang hilang.",
        "en": "What must be reached to pass, beside losing nothing.",
    },
    "stack": {"id": "Server rujukan untuk gladi langsung.", "en": "The reference stack of a live run."},
    "load": {"id": "Beban gladi langsung.", "en": "The load of a live run."},
    "twin": {
        "id": "Simulasi memainkan semua TPS; dengan mampatan ini bebannya tidak melebihi gladi langsung.",
        "en": "A simulation plays all TPS; with this compression it asks no more a second than a live run.",
    },
}
"""One sentence above each table; what the keys mean further is in the manual."""

_ACTIVATION_PACE = 0.42
"""The storm in slow motion: a password hash cannot be compressed (Kepahiang's pace, for its 526 TPS)."""
_KEPAHIANG_TPS = 526
_COMES_BACK_S = 4 * 12 * 60.0
"""Four of the mean pauses (voting.human_retry), after which all but exp(-4) of them have come back."""


def parts(wish: Wish, tps: int, kecamatan: str) -> list[Part]:
    """Every table with its values. `tps`: all of the region; `kecamatan`: one that may go dark.

    A simulation plays all TPS, a live run a sample: the twin's compression, which knows no pace, is such that
    in its busiest phase a simulation asks as much of the server in a second as a live run.
    """
    played = wish.sample or tps
    long_day = len(wish.forms) > 2
    habits = _habits(wish.lang, long_day)
    found: list[Part] = [
        ("scenario", _about(wish)),
        ("region", region(wish)),
        ("clock", {"compression": Value(wish.compression, _minutes(wish)), "drain": Value("10s")}),
        *(("phases", one) for one in _phases(wish, played, long_day)),
        ("links", links(wish)),
        ("power", power(wish)),
        *habits,
        *(("faults", one) for one in faults(wish, kecamatan)),
        ("slo", _plain(activate_s=5.0, login_s=5.0, submit_page_s=60.0, read_s=2.0, availability=0.9)),
        ("expect", _plain(completeness=0.9, activated=0.85) | _recovery(wish, played, tps)),
        ("stack", _plain(api_workers=2)),
        ("load", _plain(workers=2) | ({"tps": Value(wish.sample)} if wish.sample else {})),
    ]
    if wish.sample:
        found.append(("twin", _plain(compression=_twin(wish, played, tps))))
    return found


def _plain(**values: object) -> Values:
    return {key: Value(value) for key, value in values.items()}


def _minutes(wish: Wish) -> str:
    minutes = wish.compression / 60
    said: dict[Lang, str] = {
        "id": f"satu detik nyata = {minutes:g} menit cerita",
        "en": f"one real second = {minutes:g} minutes of the story",
    }
    return said[wish.lang]


def _about(wish: Wish) -> Values:
    return _plain(
        id=wish.id,
        title=wish.title,
        story=wish.story,
        election=wish.election,
        forms=list(wish.forms),
        seed=wish.seed,
    )


def _twin(wish: Wish, played: int, tps: int) -> float:
    return float(max(1, round(wish.compression * _pace(played) * played / tps)))


def _recovery(wish: Wish, played: int, tps: int) -> Values:
    """Who was turned away comes back after a human while: so long a system is not asked for all it owes."""
    slowest = _twin(wish, played, tps) if wish.sample else wish.compression
    said: dict[Lang, str] = {"id": "detik nyata sejak pulih", "en": "real time since it was healed"}
    return {"recover_within": Value(f"{max(15, round(_COMES_BACK_S / slowest))}s", said[wish.lang])}


def _pace(played: int) -> float:
    return round(min(1.0, max(0.1, _ACTIVATION_PACE * _KEPAHIANG_TPS / played)), 2)


def _phases(wish: Wish, played: int, long_day: bool) -> list[Values]:
    day = date.fromisoformat(DAYS[wish.election])
    titles: dict[Lang, tuple[str, ...]] = {
        "id": (
            "Jendela aktivasi (H-8)",
            "Uji masuk (H-1)",
            "Pemungutan suara",
            "Penghitungan dan pengiriman",
        ),
        "en": ("Activation (H-8)", "Login check (H-1)", "Voting", "Count and upload"),
    }
    pace = _pace(played)
    end = f"{day + timedelta(1)}T{'12' if long_day else '03'}:00:00"
    rows = (
        ("aktivasi", f"{day - timedelta(8)}T07:45:00", f"{day - timedelta(8)}T12:00:00", pace),
        ("h-1", f"{day - timedelta(1)}T15:00:00", f"{day - timedelta(1)}T17:00:00", 1.0),
        ("pemungutan", f"{day}T07:00:00", f"{day}T13:00:00", 8.0),
        ("hari-h", f"{day}T13:00:00", end, 1.0),
    )
    made = []
    for title, (phase, start, stop, faster) in zip(titles[wish.lang], rows, strict=True):
        values = _plain(id=phase, title=title, start=Moment(start), end=Moment(stop))
        made.append(values | (_plain(pace=faster) if faster != 1.0 else {}))
    return made


class Moment(str):
    """A local moment: written without quotes."""

    __slots__ = ()


def _habits(lang: Lang, long_day: bool) -> list[Part]:
    assumed = {"id": "andaian", "en": "assumed"}[lang]
    activation = _plain(phase="aktivasi", at="08:00", spread="15m", human_retry="6m", tries=12)
    login = _plain(phase="h-1", at="15:30", spread="45m")
    voting = _plain(phase="hari-h", close="13:00", count_sigma=0.2, capture_wait_sigma=0.55, tries=24)
    public = _plain(
        phase="hari-h", start="15:00", end="11:30+1" if long_day else "02:30+1", views_per_minute=1.2
    )
    return [
        ("activation", activation | {"storm_share": Value(0.7, assumed)}),
        ("login", login | {"share": Value(0.6, assumed)}),
        ("voting", voting | {
            "count_median": Value("110m", "Kudus 2024"),
            "capture_wait_median": Value("210m", assumed),
            "page_median": Value("70s", "Jakarta 2024"),
            "human_retry": Value("12m", assumed),
            "second_operator_after": Value("4h", assumed),
            "confirm_disagree": Value(0.03, assumed),
        }),
        ("app", _plain(timeout_s=10.0, upload_timeout_s=60.0)),
        ("public", public),
        ("probes", _plain(truncated_photo=0.01, foreign_write=0.01, corrupted_photo=0.01, no_session=0.01,
                          double_tap=0.03, wrong_password=0.02, neighbours_at_once=0.1, logout=0.2)),
    ]  # fmt: skip


def unused(written: set[str]) -> list[str]:
    """Tables of the model that a new file leaves out, in the model's order."""
    return [name for name in Scenario.model_fields if name not in written]
