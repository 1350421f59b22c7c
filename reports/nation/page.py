"""The report of a nation: one HTML page that needs nothing else, in the dress of the other reports."""

from base64 import b64encode
from collections.abc import Sequence
from math import isnan
from pathlib import Path
from typing import Any

from reports import telling as words
from reports.atlas import page as atlas_page
from reports.naming import link_name
from reports.nation import answers, naming, telling
from reports.nation.areas import atlas_of
from reports.nation.comparison import compared
from reports.nation.completeness import Group, NationCompleteness, completeness_of
from reports.nation.pictures import Picture, draw_all
from reports.nation.reality import JAKARTA_PAGES, Pages
from reports.nation.rundir import DAY_S, NationRun
from reports.nation.verdict import NationVerdict
from reports.templating import script, spoken, style, template
from reports.words import Lang, Text, number, percent
from reports.written import write_whole

WORST_REGENCIES = 20


def write(verdict: NationVerdict, lang: Lang) -> Path:
    """Draw pictures/ and write report.html; raises RunDirectoryError when the disk will not take it."""
    run = verdict.run
    pictures = draw_all(run, lang)
    for picture in pictures:
        write_whole(run.path / "pictures" / f"{picture.name}.png", picture.png)
    return write_whole(run.path / "report.html", html(verdict, pictures, lang).encode())


def html(verdict: NationVerdict, pictures: Sequence[Picture], lang: Lang) -> str:
    """The page as text."""
    run, table = verdict.run, verdict.table
    found = completeness_of(run)
    whole = atlas_of(run)
    common = spoken(lang)
    page = template("reports", "nation.html.j2", "nation/templates").render(
        common | {"css": common["css"] + style("atlas.css")},
        script=script("atlas.js"),
        first=answers.first(verdict, whole, lang),
        atlas=None if whole is None else atlas_page.told(whole, lang),
        when=lambda run_s: telling.when(run, run_s, lang),
        brief=lambda run_s: telling.brief(run, run_s, lang),
        duration=lambda seconds: telling.duration(seconds, lang),
        v=table,
        h=table["headline"],
        s=table["survivability"],
        reality=table["reality"],
        word=words.WORD[verdict.verdict](lang),
        reason=telling.reason(verdict, lang),
        plainly=telling.plainly(verdict, lang),
        story=run.facts["story"],
        started=words.started(run.facts["started_at"], lang),
        sources=run.facts.get("sources", []),
        pictures=[
            {"name": one.name, "title": one.title, "alt": one.alt, "sentence": one.sentence,
             "base64": b64encode(one.png).decode()}
            for one in pictures
        ],
        expectations=[
            {
                "title": one.title(lang), "valid": one.valid, "why": one.why(lang),
                "value": "–" if one.value is None or name == "stable" else percent(one.value, lang),
                "wanted": "–" if name == "stable" else "≥ " + percent(one.wanted, lang),
            }
            for name, one in verdict.expectations.items()
        ],
        c=None if found is None else _told(run, found, lang),
        resource=lambda code: naming.resource_name(code)(lang),
        kind=lambda code: naming.kind_name(code)(lang),
        outcome=lambda code: naming.outcome_name(code)(lang),
        points=_points(run, lang),
        pages=_pages(run, lang),
        windows=_windows(run, lang),
        limits=telling.limits(run, lang),
        run_name=run.path.resolve().name,
        replay=f"gladi simulate {run.facts['scenario']} --seed {run.facts['seed']}",
        digests=sorted(run.facts.get("digests", {}).items()),
    )  # fmt: skip
    return page + "\n"


def _told(run: NationRun, found: NationCompleteness, lang: Lang) -> dict[str, Any]:
    """Completeness in tables: each a caption, a head, the moments of its columns, and rows."""
    day_s = run.nation.day_s
    moments = [day_s + hours * 3600.0 for hours in (20, 24, 36, 48, 72, 120)]
    heads = [f"{naming.day_name(run.wib(at), lang)} {words.clock(run.wib(at), lang)}" for at in moments]

    def rows(groups: Sequence[Group], name: Any = None) -> list[dict[str, Any]]:
        return [
            {
                "name": name(one.code) if name else one.name, "share": one.share, "complete": one.complete,
                "expected": one.expected, "partial": one.partial, "missing": one.missing,
                "t50": telling.brief(run, one.reached_s(0.5), lang),
                "t90": telling.brief(run, one.reached_s(0.9), lang),
                "t99": telling.brief(run, one.reached_s(0.99), lang),
                "at": [one.by(at) for at in moments],
            }
            for one in groups
            if one.expected
        ]  # fmt: skip

    worst = sorted((one for one in found.regencies if one.expected), key=lambda one: (one.share, one.code))
    return {
        "form": naming.form_name(found.whole.name),
        "heads": heads,
        "whole": found.whole,
        "shown": found.shown,
        "all_forms": found.all_forms,
        "provinces": rows(found.provinces),
        "regencies": rows(worst[:WORST_REGENCIES]) if len(worst) > 1 else [],
        "zones": rows(found.zones, lambda code: naming.zone_name(code)(lang)),
        "links": rows(found.links, link_name),
        "signals": rows(found.signals, lambda code: naming.signal_name(code)(lang)),
        "places": rows(found.places, lambda code: naming.place_name(code)(lang)),
        "forms": rows(found.forms, naming.form_name),
        "pages": rows(found.pages, lambda code: Text(f"halaman {code}", f"page {code}")(lang)),
        "patterns": [
            {"pages": pages.replace(",", ", "), "count": count}
            for pages, count in sorted(found.patterns.items(), key=lambda item: -item[1])
            if pages
        ],
        "fates": [
            {
                "name": told(lang),
                "count": found.fates[code],
                "share": found.fates[code] / max(1, found.whole.expected),
            }
            for code, told in naming.FATES.items()
        ],
        "in_pleno": found.fates["in_pleno"],
        "gave_up": found.fates["gave_up"],
        "night_s": day_s + DAY_S,
    }


def _points(run: NationRun, lang: Lang) -> list[dict[str, Any]]:
    return [
        {
            "when": telling.brief(run, one.run_s, lang), "real": one.real, "simulated": one.simulated,
            "error": number(100 * one.error, lang, 1), "held_back": one.held_back,
        }
        for one in compared(run).points
    ]  # fmt: skip


def _pages(run: NationRun, lang: Lang) -> dict[str, Any] | None:
    """The simulated page figures beside 2024's, as rows of words."""
    found = compared(run)
    if found.pages is None:
        return None
    rows: tuple[tuple[Text, str, bool], ...] = (
        (Text("TPS dengan tiga foto", "TPS with three photographs"), "three", True),
        (Text("dengan dua", "with two"), "two", True),
        (Text("dengan satu", "with one"), "one", True),
        (Text("tanpa foto", "with none"), "none", True),
        (Text("dari yang dua: kurang tepat halaman 2", "of those with two: lack exactly page 2"),
         "two_without_votes", True),
        (Text("dari yang tiga: datang menurut urutan halaman", "of those with three: came in page order"),
         "in_order", True),
        (Text("jeda antara dua foto, median", "gap between two photographs, median"), "gap_median_s", False),
        (Text("jeda paling lama 10 detik", "gaps of at most 10 seconds"), "gaps_within_10_s", True),
        (Text("jeda lebih dari 1 jam", "gaps of more than an hour"), "gaps_over_1_h", True),
        (Text("foto pertama sampai terakhir, median", "first to last photograph, median"),
         "span_median_s", False),
        (Text("persentil 75", "75th percentile"), "span_p75_s", False),
        (Text("persentil 90", "90th percentile"), "span_p90_s", False),
        (Text("persentil 95", "95th percentile"), "span_p95_s", False),
    )  # fmt: skip

    def value(pages: Pages, name: str, share: bool) -> str:
        figure = getattr(pages, name)
        if isnan(figure):
            return "–"
        return percent(figure, lang) if share else telling.duration(figure, lang)

    return {
        "of_places": found.of_places,
        "n": found.pages.tps,
        "n_real": JAKARTA_PAGES.tps,
        "rows": [
            {"title": title(lang), "simulated": value(found.pages, name, share),
             "real": value(JAKARTA_PAGES, name, share)}
            for title, name, share in rows
        ],
    }  # fmt: skip


def _windows(run: NationRun, lang: Lang) -> list[dict[str, Any]]:
    return [
        {"start": telling.brief(run, run.nation.run_s(one.start), lang),
         "end": telling.brief(run, run.nation.run_s(one.end), lang), "capacity": one.capacity,
         "why": one.why}
        for one in run.nation.server.windows
    ]  # fmt: skip
