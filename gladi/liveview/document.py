"""The live page as a document: what never changes during a run, in one language, and the state so far.

The state stands in the page itself, so that it shows something before, and without, the first event.
"""

from collections import Counter
from typing import Any

import orjson
from markupsafe import Markup

from gladi.liveview.course import Course
from gladi.liveview.words import CARDS, words
from reports.naming import KIND, fault_name
from reports.templating import template
from reports.tiles import TILES
from reports.words import Lang, number
from scenarios.regions import province_names

_BINS = 120
"""Parts of the run for which the timetable's load is drawn ahead."""


def document(course: Course, lang: Lang) -> bytes:
    """The page as it is to be sent."""
    known = facts(course, lang)
    page = template("gladi.liveview", "live.html.j2", "page").render(
        lang=lang,
        t=lambda indonesian, english: indonesian if lang == "id" else english,
        number=lambda value: number(value, lang),
        facts=known,
        cards=[{"id": name, "title": title(lang), "more": more(lang)} for name, title, more in CARDS],
        facts_json=_within_html(known),
        state_json=_within_html(course.state()),
    )
    return page.encode()


def facts(course: Course, lang: Lang) -> dict[str, Any]:
    """What the scripts of the page must know and events do not repeat."""
    setting = course.setting
    people, provinces = setting.population, province_names()
    tps = Counter(str(code) for code in people.kecamatan)
    names = dict(zip(map(str, people.kecamatan), map(str, people.kecamatan_name), strict=True))
    mine = Counter(str(code)[:2] for code in people.kecamatan)
    return {
        "lang": lang,
        "title": setting.scenario.scenario.title,
        "region": people.region_name,
        "region_code": people.region,
        "seed": setting.seed,
        "tps": len(people),
        "national_equivalent": setting.national_equivalent,
        "duration_s": setting.timeline.duration_s,
        "phases": [
            {"id": one.id, "title": one.title, "start_s": one.run_start_s, "end_s": one.run_end_s,
             "local": one.start.isoformat(), "compression": one.compression}
            for one in setting.timeline.phases
        ],
        "due": [round(rate, 3) for rate in course.due_ahead(_BINS)],
        "provinces": [
            {"code": code, "name": provinces[code], "letters": tile.letters, "column": tile.column,
             "row": tile.row, "tps": mine.get(code, 0)}
            for code, tile in TILES.items()
        ],
        "areas": [{"code": code, "name": names[code], "tps": tps[code]} for code in sorted(tps)],
        "kinds": {kind: title(lang) for kind, title in KIND.items()},
        "fault_names": {event.fault: fault_name(event.fault)(lang) for event in setting.plan},
        "words": words(lang),
    }  # fmt: skip


def _within_html(value: Any) -> Markup:
    """JSON that no reader of HTML takes for markup."""
    text = orjson.dumps(value).decode()
    return Markup(text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e"))
