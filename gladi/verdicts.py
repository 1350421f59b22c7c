"""From a run directory to a verdict and its page, and to the few lines a person reads in the terminal."""

import time
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import reports
from gladi.failures import UsageError
from gladi.judging import said_politely
from gladi.show import Show
from reports.checkers import registered
from reports.verdict import judge as judge_run
from reports.words import number

if TYPE_CHECKING:
    from reports.comparison import Comparison  # brings the pictures with it, which a verdict needs none of

_WORDS = {
    "passed": "[bold green]LULUS[/bold green]",
    "failed": "[bold red]GAGAL[/bold red]",
    "unknown": "[bold yellow]TIDAK DAPAT DIPASTIKAN[/bold yellow]",
}


def judged(run: Path, only: Collection[str] = ()) -> reports.Verdict:
    """Compute verdict.json and junit.xml, or judge `only` some properties and write nothing.

    Raises UsageError for a directory that is not a whole run, and for a property that nobody checks.
    """
    with said_politely(run):
        if not only:
            return reports.check(run)
        try:
            return judge_run(reports.RunDirectory.open(run), only)
        except reports.RunDirectoryError:
            raise
        except ValueError as error:
            raise UsageError(str(error)) from error


def rendered(
    run: Path, lang: Literal["id", "en"], verdict: reports.Verdict, against: "Comparison | None" = None
) -> Path:
    """Write pictures and report.html; raises UsageError for a directory that is not a whole run.

    `against` is this run compared with an earlier one, to be told on the page.
    """
    with said_politely(run):
        return reports.render(run, lang, verdict, against)


def judge(run: Path, lang: Literal["id", "en"], show: Show) -> Mapping[str, Any]:
    """Compute verdict.json, junit.xml and report.html of a run; raises UsageError, CannotRunError."""
    with show.stage("Pemeriksaan dan putusan"):
        verdict = judged(run)
    with show.stage("Laporan"):
        rendered(run, lang, verdict)
    return verdict.table


def summary(verdict: Mapping[str, Any], run: Path, began: float) -> str:
    """What happened, in a few lines for the terminal (Indonesian, as the people who run it read)."""
    titles = registered()
    lines = [f"{_WORDS[verdict['verdict']]}  ({time.monotonic() - began:.0f} dtk)"]
    for name, one in sorted(verdict["checkers"].items(), key=lambda item: item[0] != "lost"):
        title = titles[name].title("id") if name in titles else name
        count, checked = number(one["count"], "id"), number(one["checked"], "id")
        lines.append(f"  {title:<24} {_mark(one['valid'])}  {count} dari {checked}")
    for name, one in verdict["expectations"].items():
        lines.append(f"  {_EXPECTED.get(name, name):<24} {_mark(one['valid'])}  {one['why_id']}")
    for one in verdict["thresholds"]:
        within = f" ({one['phase']})" if one["phase"] else ""
        title = f"{one['kind']}: {one['check']}{within}"
        lines.append(f"  {title:<24} {_mark(one['valid'])}  {one['why_id']}")
    for one in verdict.get("reported", ()):
        mark = {True: "≈", False: "≠", None: "?"}[one["alike"]]
        lines.append(f"  {one['title_id']:<24} {mark}  {one['found_id']}; dilaporkan: {one['says']}")
    lines.append(f"  laporan: {run / 'report.html'}")
    return "\n".join(lines)


def told(verdict: Mapping[str, Any]) -> str:
    """The properties that were asked for, each with its examples and how to see them again."""
    titles = registered()
    lines = []
    for name, one in verdict["checkers"].items():
        lines.append(f"{titles[name].title('id')}  {_mark(one['valid'])}  {one['why_id']}")
        for example in one["examples"]:
            where = " ".join(str(part) for part in (example["tps"], example["form"], example["page"]) if part)
            at = "" if example["at_s"] is None else f"detik {example['at_s']}: "
            during = f" (selama {example['fault']})" if example["fault"] else ""
            operations = ", ".join(map(str, example["op_ids"]))
            lines.append(
                f"  {at}{where}{during}; seharusnya {example['expected_id']}; ditemukan {example['found_id']}"
                + (f"; operasi {operations}" if operations else "")
            )
        lines += [f"  ulangi: {command}" for command in one["again"]]
    return "\n".join(lines)


_EXPECTED = {
    "completeness": "Kelengkapan",
    "activated": "Akun aktif",
    "recover_within": "Pulih",
    "steady": "Keadaan tunak",
    "pleno": "Pleno",
    "officials_in": "Petugas masuk",
}


def _mark(valid: object) -> str:
    if valid is True:
        return "ok"
    return "[red]TIDAK[/red]" if valid is False else "[yellow]?[/yellow]"
