"""What a run had planned and did not offer, because load workers died in it, and what that leaves in doubt.

`load.not_offered` of run.json has an entry a dead worker, not_offered.parquet a row an operator that was cut
off. What such an operator did after its worker's last beat is on no record (unless the worker lived to hand
it in): a page may be stored that nobody is known to have sent, a session ended that nobody is known to have
ended. So a violation at such a TPS, or at the neighbour whose account it may have tried, cannot be told apart
from a missing line, and is unknown. Violations elsewhere stand.
"""

from functools import lru_cache
from typing import Any

import pyarrow.parquet as pq

from reports.columns import RunDirectoryError
from reports.rundir import RunDirectory, RunInfo
from reports.schema import NOT_OFFERED
from reports.words import Lang, Text, number

FILE = "not_offered.parquet"


def unrecorded(info: RunInfo) -> Text | None:
    """Why the record lacks its end, where a load worker died before it handed in all it had written."""
    for one in info.not_offered:
        if int(one["worker"]) not in info.written:
            who, last = f"{one['worker']} ({one['host']})", one.get("last_beat_s")
            when = f"{last if last is not None else 0.0:.1f}"
            return Text(
                f"penguji nomor {who} mati; yang dilakukannya setelah detik {when} tidak tercatat",
                f"load worker {who} died; what it did after second {when} is on no record",
            )
    return None


@lru_cache(maxsize=2)
def doubtful(run: RunDirectory) -> frozenset[str]:
    """TPS of which something may be missing from the record, their neighbours included; empty for none."""
    if unrecorded(run.info) is None:
        return frozenset()
    path = run.path / FILE
    try:
        table = pq.read_table(path, schema=NOT_OFFERED)
    except (OSError, ValueError) as error:
        raise RunDirectoryError(f"{path}: cannot be read ({error})") from error
    lost = {
        tps
        for tps, worker in zip(table["tps"].to_pylist(), table["worker"].to_pylist(), strict=True)
        if worker not in run.info.written
    }
    codes = [str(code) for code in run.population.arrow("tps").to_pylist()]
    after = dict(zip(codes, [*codes[1:], *codes[:1]], strict=True))
    return frozenset(lost | {after[tps] for tps in lost if tps in after})


def operators_cut_off(info: RunInfo) -> int:
    """Operators that had begun and were played no further."""
    return sum(int(one["operators_cut_off"]) for one in info.not_offered)


def told(info: RunInfo, lang: Lang) -> str:
    """A sentence for each dead worker; "" where none died."""
    return " ".join(_told(dict(one), lang) for one in info.not_offered)


def _told(one: dict[str, Any], lang: Lang) -> str:
    when, who, where = number(float(one["died_s"]), lang, 1), one["worker"], one["host"]
    taken, cut = number(one["tps_taken_over"], lang), number(one["tps_cut_off"], lang)
    died = Text(
        f"Pekerja beban {who} di {where} mati pada detik {when}: {taken} TPS-nya diambil alih pekerja lain, "
        f"{cut} TPS terpotong di tengah jalan dan tidak dimainkan lagi.",
        f"Load worker {who} on {where} died at second {when}: others took over {taken} of its TPS, {cut} "
        "were cut off on their way and played no further.",
    )(lang)
    if "a_beat" not in one:
        return died
    last = number(float(one["last_beat_s"] or 0.0), lang, 1)
    held, more = number(one["in_hand"], lang), number(one["a_beat"], lang)
    return died + Text(
        f" {held} operasi yang sedang ditanganinya tercatat tidak dapat dipastikan; yang dimulainya setelah "
        f"detik {last} (sekitar {more} operasi dalam selang terakhir yang terdengar) tidak tercatat.",
        f" The {held} operations it had in hand are on record as undetermined; what it began after second "
        f"{last} (about {more} operations in the last interval heard) is on no record.",
    )(lang)
