"""The report: one HTML page that needs nothing else, Indonesian by default, English on request.

It asks the network for nothing (its own policy forbids that, and every script but the page's own), so it can
be mailed, printed and kept. Its parts are in `templates/run`, one a section; without the script all of it
is there.
"""

from base64 import b64encode
from datetime import datetime
from pathlib import Path
from typing import Any

from reports import (
    answers,
    connections,
    elsewhere,
    not_offered,
    page_rows,
    reported,
    stretched,
    telling,
    telling_delays,
    telling_endurance,
    telling_officials,
    timeline,
)
from reports.atlas import page as atlas_page
from reports.atlas.of_run import atlas_of
from reports.comparison import Comparison
from reports.comparison.block import told as compared
from reports.fates import FATES
from reports.naming import KIND, fate_name, link_name, signal_name
from reports.pictures import Picture, draw_all
from reports.rundir import RunInfo
from reports.survivability import SUSTAINED_S
from reports.templating import script, spoken, style, template
from reports.timeline.words import told as course_told
from reports.verdict import Verdict
from reports.words import Lang
from reports.written import write_whole

_IN_TIMELINE = frozenset({"completeness", "goodput"})
"""Pictures that stand in pictures/ and not on the page: the timeline shows what they show."""


def write(verdict: Verdict, lang: Lang, against: Comparison | None = None) -> Path:
    """Write pictures/, missing.csv and report.html; raises RunDirectoryError when the disk will not."""
    run = verdict.run
    pictures = draw_all(run, lang)
    for picture in pictures:
        write_whole(run.path / "pictures" / f"{picture.name}.png", picture.png)
    write_whole(run.path / atlas_page.MISSING, atlas_page.table_of_missing(atlas_of(run), lang))
    return write_whole(run.path / "report.html", html(verdict, pictures, lang, against).encode())


def html(verdict: Verdict, pictures: list[Picture], lang: Lang, against: Comparison | None = None) -> str:
    """The page as text."""
    table, run = verdict.table, verdict.run
    info, whole = run.info, atlas_of(run)
    course = timeline.course_of(run)
    planned = {event.name for event in run.faults}
    closed = sorted(name for name in planned if info.faults_available.get(name) == "unavailable")
    half = table["completeness"]["reached"]["t50"]
    spoken_css = spoken(lang)
    page = template("reports", "report.html.j2", "templates").render(
        spoken_css
        | {"css": spoken_css["css"] + style("atlas.css") + style("timeline.css")},
        script=script("atlas.js"),
        v=table,
        c=table["completeness"] | _reached_how(table["completeness"], lang),
        s=table["survivability"] | {"faults": page_rows.faults(run, table, lang)},
        first=_first(verdict, lang),
        atlas=atlas_page.told(whole, lang),
        timeline=None if course is None else course_told(run, course, lang),
        against=None if against is None else compared(against, lang),
        reason=telling.reason(verdict, lang),
        half=None if half is None else telling.moment(datetime.fromisoformat(half["local"]), lang),
        story_start=telling.moment(info.phases[0].start_local, lang),
        story_end=telling.moment(info.phases[-1].end_local, lang),
        started=telling.started(info.started_at, lang),
        pictures=[
            {"name": one.name, "title": one.title, "alt": one.alt, "sentence": one.sentence,
             "base64": b64encode(one.png).decode()}
            for one in pictures
            if one.name not in _IN_TIMELINE
        ],
        checkers=page_rows.checkers(run, verdict, lang),
        expectations=page_rows.expectations(verdict, lang),
        thresholds=page_rows.thresholds(verdict, lang),
        latency=[
            {"title": KIND[kind](lang), **values}
            for kind, values in table["survivability"]["latency_ms"].items()
        ],
        sustained=SUSTAINED_S,
        endurance=telling_endurance.told(table["survivability"], lang),
        fate_names=[fate_name(name)(lang) for name in FATES],
        generator=telling.generator(table["generator"], info, lang),
        not_offered=not_offered.told(info, lang),
        delays=telling_delays.rows(table["generator"], lang) if info.mode != "simulate" else [],
        connections=connections.told(info.connections, lang),
        load_workers=table["generator"]["workers"],
        load_workers_told=telling_delays.workers(table["generator"], lang),
        machines=elsewhere.rows(info),
        machines_told=elsewhere.told(info, lang),
        unavailable=telling.unavailable(closed, lang) if closed else "",
        limits=[limit(lang) for limit in telling.limits(info.mode)],
        run_name=run.path.resolve().name,
        replay=_replay(info),
        digests=sorted(info.digests.items()),
        stretched=stretched.told(run, lang),
        officials=telling_officials.told(run, lang),
        reported=reported.told(run, lang),
    )  # fmt: skip
    return page + "\n"


def _first(verdict: Verdict, lang: Lang) -> dict[str, Any]:
    """The first screen, for parts/first.html.j2."""
    info, whole = verdict.run.info, atlas_of(verdict.run)
    return {
        "title": info.title,
        "where": telling.where(info, lang),
        "word": telling.WORD[verdict.verdict](lang),
        "verdict": verdict.verdict,
        "reason": answers.brief(verdict, lang),
        "defects": list(info.defects),
        "answers": answers.answers(verdict, whole, lang),
        "unproven": answers.unproven(verdict, lang),
    }


def _replay(info: RunInfo) -> str:
    """The command that plays the run again."""
    again = f"gladi {info.mode} {info.scenario} --seed {info.seed} --scale {info.scale}"
    return f"{again} --compression {info.compression:g}" if info.mode == "rehearse" else again


def _reached_how(completeness: Any, lang: Lang) -> dict[str, Any]:
    """Groups by link and by signal, named for people."""
    return {
        "by_link": [one | {"name": link_name(one["code"])} for one in completeness["by_link"]],
        "by_signal": [one | {"name": signal_name(one["code"])(lang)} for one in completeness["by_signal"]],
    }
