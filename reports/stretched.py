"""What compression does to slow links: a photo's real seconds on the line, read on the story's clock.

Technical time is never compressed, so a line that is slow in life looks slower still in a compressed day. The
page says so where a reader would otherwise blame the link.
"""

import numpy as np

from reports.rundir import RunDirectory
from reports.words import Lang, Text, number
from scenarios import LINKS

WORTH_SAYING_H = 0.5
"""Story hours a photo must take before the page mentions it: half an hour is a tenth of the evening."""


def stretched_h(run: RunDirectory) -> dict[str, tuple[float, float]]:
    """By link class in use: seconds one photo takes on the line, and story hours that is in this run."""
    size = run.history.numpy("bytes_sent")
    pages = run.history.is_in("kind", "submit_page") & (size > 0)
    out: dict[str, tuple[float, float]] = {}
    for name, link in LINKS.items():
        sent = size[pages & run.history.is_in("link", name)]
        if len(sent):
            seconds = link.upload_s(int(np.mean(sent)))
            out[name] = seconds, seconds * run.info.compression / 3600
    return out


def told(run: RunDirectory, lang: Lang) -> str:
    """One sentence about the links that compression stretches; empty where there is none."""
    slow = []
    for name, (seconds, hours) in stretched_h(run).items():
        if hours >= WORTH_SAYING_H:
            line, real, story = LINKS[name].label, number(seconds, lang, 0), number(hours, lang, 1)
            slow.append(
                Text(
                    f"{line} {real} detik nyata = {story} jam cerita",
                    f"{line} {real} real seconds = {story} story hours",
                )(lang)
            )
    if not slow:
        return ""
    return Text(
        f"Waktu teknis tidak dimampatkan, maka satu foto memakan {'; '.join(slow)}: kelengkapan sambungan "
        "ini tampak lebih rendah daripada hari sebenarnya. Pemampatan yang lebih kecil memperbaikinya.",
        f"Technical time is not compressed, so one photo takes {'; '.join(slow)}: completeness on such links "
        "looks lower than on the real day. A smaller compression mends it.",
    )(lang)
