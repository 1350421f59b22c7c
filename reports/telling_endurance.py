"""Sentences about what the server bore: its knee, its error budget, metastability."""

from collections.abc import Mapping
from typing import Any

from reports.words import Lang, Text, number, percent


def told(survivability: Mapping[str, Any], lang: Lang) -> list[str]:
    """Three sentences, from the survivability of verdict.json."""
    return [
        _knee(survivability["knee"], lang),
        _budget(survivability["error_budget"], lang),
        _metastability(survivability["metastability"], lang),
    ]


def _knee(knee: Mapping[str, Any], lang: Lang) -> str:
    held, broke = knee["sustained_per_s"], knee["broke_at_per_s"]
    if held is None and broke is None:
        return Text(
            "Titik lutut tidak diketahui: di luar gangguan tidak ada beban yang dapat dinilai.",
            "The knee is not known: outside faults there was no demand to judge by.",
        )(lang)
    if broke is None:
        return Text(
            f"Titik lutut belum tercapai: {number(held, 'id', 1)} operasi per detik selama lima detik masih "
            "dilayani dalam SLO; batasnya di atas itu.",
            f"The knee was not reached: {number(held, 'en', 1)} operations a second for five seconds were "
            "served within the SLO; the limit lies above.",
        )(lang)
    if held is None:
        return Text(
            f"Layanan sudah di bawah SLO pada {number(broke, 'id', 1)} operasi per detik; "
            "tidak ada beban lebih rendah yang terlayani baik.",
            f"Service was below the SLO at {number(broke, 'en', 1)} operations a second already; "
            "no lower demand was served well.",
        )(lang)
    return Text(
        f"Titik lutut: {number(held, 'id', 1)} operasi per detik dilayani dalam SLO, "
        f"{number(broke, 'id', 1)} tidak lagi.",
        f"The knee: {number(held, 'en', 1)} operations a second were served within the SLO, "
        f"{number(broke, 'en', 1)} were not.",
    )(lang)


def _budget(budget: Mapping[str, Any], lang: Lang) -> str:
    spent, within = number(budget["spent"], lang), number(budget["within_faults"], lang)
    if budget["share"] is None:
        return Text(
            f"SLO tidak memberi anggaran galat; {spent} operasi tidak terlayani.",
            f"The SLO leaves no error budget; {spent} operations went unserved.",
        )(lang)
    share = percent(budget["share"], lang, 0)
    return Text(
        f"Anggaran galat terpakai {share}: {spent} operasi tidak terlayani dalam SLO, {within} di antaranya "
        "saat gangguan berlangsung atau baru dipulihkan.",
        f"{share} of the error budget was spent: {spent} operations were not served within the SLO, {within} "
        "of them while a fault was in force or just healed.",
    )(lang)


def _metastability(found: Mapping[str, Any], lang: Lang) -> str:
    if found["state"] == "yes":
        since, held = number(found["since_s"], lang), number(found["held_s"], lang)
        return Text(
            f"METASTABIL: sejak detik {since} beban sudah kembali biasa dan semua gangguan sudah dipulihkan, "
            f"tetapi layanan tetap buruk selama {held} detik sampai akhir.",
            f"METASTABLE: from second {since} load was back to normal and every fault healed, "
            f"but service stayed bad for {held} seconds, to the end.",
        )(lang)
    if found["state"] == "unknown":
        return Text(
            "Metastabilitas tidak diketahui: tidak ada beban biasa sesudah gangguan yang dapat dinilai.",
            "Metastability is not known: there was no normal load after the faults to judge by.",
        )(lang)
    return Text(
        "Tidak metastabil: sesudah gangguan dan dengan beban biasa, layanan kembali baik.",
        "Not metastable: after the faults, under normal load, service was good again.",
    )(lang)
