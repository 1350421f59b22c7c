"""What somebody wants of a new scenario, and what may be chosen; figures follow in `figures`."""

import re
from dataclasses import dataclass
from typing import Literal

from scenarios.forms import FORMS_OF_ELECTION, NOT_VOTED

Lang = Literal["id", "en"]
Said = dict[Lang, str]

ELECTIONS: dict[str, Said] = {
    "pemilu-2024": {"id": "Pemilu, 14 Februari 2024", "en": "general election, 14 February 2024"},
    "pilkada-2024": {"id": "Pilkada, 27 November 2024", "en": "regional election, 27 November 2024"},
    "pilkada-2020": {"id": "Pilkada, 9 Desember 2020", "en": "regional election, 9 December 2020"},
}
DAYS = {"pemilu-2024": "2024-02-14", "pilkada-2024": "2024-11-27", "pilkada-2020": "2020-12-09"}
"""Day of voting."""

NETWORK: dict[str, Said] = {
    "good": {"id": "4G di mana-mana", "en": "4G everywhere"},
    "counted": {
        "id": "seperti dihitung KPU/Bawaslu di sana (atau dibagi dari angka nasional)",
        "en": "as KPU or Bawaslu counted there (or shared out of the national count)",
    },
    "poor": {"id": "tiga kali lebih buruk dari hitungan itu", "en": "three times as bad as that count"},
}
POWER: dict[str, Said] = {
    "steady": {"id": "tidak padam", "en": "no cuts"},
    "counted": {
        "id": "seperti rata-rata wilayah PLN (Januari sampai Maret 2021)",
        "en": "as PLN's region had on average (January to March 2021)",
    },
    "poor": {"id": "padam lima kali lebih sering", "en": "five times as many cuts"},
}
SERVER: dict[str, Said] = {
    "well": {"id": "tidak diganggu", "en": "left alone"},
    "outage": {
        "id": "API mati 50 menit pada puncak malam",
        "en": "its API down for 50 minutes in the evening peak",
    },
    "worst": {
        "id": "beku, API dan basis data mati 50 menit, satu kecamatan tanpa jaringan dua jam",
        "en": "frozen, API and database down for 50 minutes, one kecamatan dark for two hours",
    },
}


def forms_there(code: str, election: str) -> tuple[str, ...]:
    """What a regency or province votes with in an election."""
    return tuple(form for form in FORMS_OF_ELECTION[election] if (form, code[:2]) not in NOT_VOTED)


def usual_forms(code: str, election: str) -> tuple[str, ...]:
    """One form unless others are asked for, since five are 66 photographs a TPS.

    Of a regency's Pilkada that for its own head, else the first that is counted.
    """
    forms = forms_there(code, election)
    return forms[-1:] if forms[0].startswith("kwk") and len(code) > 2 else forms[:1]


@dataclass(frozen=True, slots=True)
class Wish:
    """Everything that was answered; `sample` is how many TPS a live run plays, None for all."""

    id: str
    title: str
    story: str
    code: str
    place: str
    election: str
    forms: tuple[str, ...]
    network: str = "counted"
    power: str = "counted"
    server: str = "outage"
    compression: float = 600.0
    sample: int | None = None
    seed: int = 1
    lang: Lang = "id"


def id_of(place: str, election: str) -> str:
    """A name for the file: "kendal-pilkada-2020"."""
    plain = re.sub(r"^(kabupaten|kota|provinsi)( administrasi| adm\.?)?\s+", "", place.casefold())
    return re.sub(r"[^a-z0-9]+", "-", f"{plain} {election}").strip("-")


def story_of(place: str, election: str, server: str, lang: Lang) -> str:
    """A story to begin with."""
    day, server_said = ELECTIONS[election][lang], SERVER[server][lang]
    if lang == "id":
        return (
            f"{place}, {day}. H-8: akun diaktifkan mulai pukul 08.00. H-1: uji masuk. Hari H: setelah "
            f"penghitungan, petugas memotret C.Hasil dan mengirimkannya sampai lewat tengah malam. "
            f"Server: {server_said}."
        )
    return (
        f"{place}, {day}. H-8: accounts are activated from 08:00. H-1: login check. The day: after the count "
        f"the KPPS photograph C.Hasil and send it until after midnight. Server: {server_said}."
    )
