"""What became of officials, for the report page: who got in, how far plenos came, what plain photos saved."""

from dataclasses import dataclass
from datetime import datetime

from reports.officials import Logins, logins_of
from reports.pleno import BackupPhotos, KecamatanPleno, backup_of, pleno_of
from reports.recap import stored_recap
from reports.rundir import RunDirectory
from reports.telling import clock, moment
from reports.words import Lang, Text, number, percent

_ROLE = {"pps": "PPS", "ppk": "PPK", "kpu": "KPU"}


@dataclass(frozen=True, slots=True)
class PlenoRow:
    """One kecamatan, every figure as text."""

    name: str
    decided: str
    share: float
    sesuai: str
    dikoreksi: str
    entri: str
    days: str
    final: str
    postponed: str


@dataclass(frozen=True, slots=True)
class Told:
    """Sentences about logins, plenos and photos, and a row a kecamatan (none without pleno)."""

    sentences: tuple[str, ...]
    plenos: tuple[PlenoRow, ...]


def told(run: RunDirectory, lang: Lang) -> Told | None:
    """None for a run in which no official acted."""
    logins, plenos, backup = logins_of(run), pleno_of(run), backup_of(run)
    if logins is None and plenos is None and backup is None:
        return None
    sentences = [
        *([_logins(run, logins, lang)] if logins else []),
        *([_plenos(run, plenos, lang)] if plenos else []),
        *(_photos(backup, lang) if backup else []),
    ]
    return Told(tuple(sentences), tuple(_row(one, lang) for one in plenos or ()))


def _logins(run: RunDirectory, one: Logins, lang: Lang) -> str:
    accounts = ", ".join(f"{number(count, lang)} {_ROLE[role]}" for role, count in one.accounts.items())
    if one.closes_s is None or one.opens_s is None:
        return Text(f"Akun petugas: {accounts}.", f"Accounts of officials: {accounts}.")(lang)
    opens, closes = (clock(run.info.local(at_s), lang) for at_s in (one.opens_s, one.closes_s))
    said = Text(
        f"Akun petugas: {accounts}. Diminta masuk pukul {opens}–{closes}: {number(one.came, lang)} datang, "
        f"{number(one.in_window, lang)} sudah masuk ketika jendela ditutup, "
        f"{number(one.in_at_last, lang)} pada akhirnya",
        f"Accounts of officials: {accounts}. Told to log in {opens}–{closes}: {number(one.came, lang)} came, "
        f"{number(one.in_window, lang)} were in when the window closed, "
        f"{number(one.in_at_last, lang)} in the end",
    )(lang)
    if one.half_in_s is None:
        return said + "."
    half = clock(run.info.local(one.half_in_s), lang)
    return said + Text(f"; separuhnya pukul {half}.", f"; half of them by {half}.")(lang)


def _plenos(run: RunDirectory, plenos: tuple[KecamatanPleno, ...], lang: Lang) -> str:
    decided, expected = sum(one.decided for one in plenos), sum(one.expected for one in plenos)
    differing = sum(one.words["dikoreksi"] for one in plenos)
    entered = sum(one.words["entri"] for one in plenos)
    held = stored_recap(run)
    final = len([one for one in held.d_hasil if one.state == "final"]) if held else None
    said = Text(
        f"Pleno kecamatan memutuskan {number(decided, lang)} dari {number(expected, lang)} formulir TPS "
        f"({percent(decided / expected, lang)}). Pada {number(differing, lang)} formulir angka plano berbeda "
        f"dari Sirekap dan dikoreksi; {number(entered, lang)} dientri dari plano karena halamannya tidak "
        "pernah terkirim",
        f"Plenos of kecamatan decided on {number(decided, lang)} of {number(expected, lang)} forms of TPS "
        f"({percent(decided / expected, lang)}). On {number(differing, lang)} forms the plano differed from "
        f"Sirekap and was followed; {number(entered, lang)} were entered from the plano, their pages having "
        "never been sent",
    )(lang)
    if final is None:
        return said + "."
    return said + Text(
        f". D.Hasil final: {number(final, lang)}.", f". Final D.Hasil: {number(final, lang)}."
    )(lang)


def _photos(one: BackupPhotos, lang: Lang) -> list[str]:
    out = []
    if one.brought:
        by = ", ".join(f"{number(count, lang)} {_ROLE[role]}" for role, count in sorted(one.brought.items()))
        pages = number(sum(one.brought.values()), lang)
        out.append(
            Text(
                f"Foto cadangan berjenjang: {pages} halaman yang tidak dapat dikirim KPPS masuk melalui "
                f"petugas di atasnya ({by}).",
                f"Backup photos up the ladder: {pages} pages that KPPS could not send came in through those "
                f"above ({by}).",
            )(lang)
        )
    if one.unreadable:
        out.append(
            Text(
                f"Foto tidak terbaca: {number(one.unreadable, lang)} tersimpan, {number(one.replaced, lang)} "
                f"diganti dari foto cadangan, {number(one.still_unreadable, lang)} masih tampil di laman "
                "publik.",
                f"Photos that nobody can read: {number(one.unreadable, lang)} were stored, "
                f"{number(one.replaced, lang)} replaced from backup photos, "
                f"{number(one.still_unreadable, lang)} still shown to the public.",
            )(lang)
        )
    return out


def _row(one: KecamatanPleno, lang: Lang) -> PlenoRow:
    days: dict[datetime, int] = {}
    for hour, count in one.by_hour.items():
        day = hour.replace(hour=0)
        days[day] = days.get(day, 0) + count
    return PlenoRow(
        one.name,
        f"{number(one.decided, lang)} / {number(one.expected, lang)}",
        one.decided / one.expected if one.expected else 0.0,
        number(one.words["sesuai"], lang),
        number(one.words["dikoreksi"], lang),
        number(one.words["entri"], lang),
        " · ".join(f"{day.day}/{day.month}: {number(count, lang)}" for day, count in days.items()) or "–",
        moment(one.final_at, lang) if one.final_at and one.final == one.forms else "–",
        ", ".join(moment(at, lang) for at in one.postponed_at) or "–",
    )
