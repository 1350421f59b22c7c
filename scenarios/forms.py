"""The forms that are photographed, by election, and where nobody votes with one."""

from typing import Literal, get_args

Form = Literal["ppwp", "dpr", "dpd", "dprd-prov", "dprd-kab", "kwk-gubernur", "kwk-bupati"]
Election = Literal["pemilu-2024", "pilkada-2024", "pilkada-2020"]

FORMS: tuple[str, ...] = get_args(Form)
FORMS_OF_ELECTION: dict[str, tuple[str, ...]] = {
    "pemilu-2024": FORMS[:5],
    "pilkada-2024": FORMS[5:],
    "pilkada-2020": FORMS[5:],
}
"""In the order in which the votes are counted (PKPU 25/2023; Pilkada: governor first)."""

NOT_VOTED: dict[tuple[str, str], str] = {
    ("dprd-kab", "31"): "DKI Jakarta has no DPRD Kabupaten/Kota",
    ("kwk-bupati", "31"): "regents and mayors of DKI Jakarta are appointed",
    ("kwk-gubernur", "34"): "the governor of DI Yogyakarta is not elected",
}
"""Forms that a province (by its code) has no use for, and why."""
