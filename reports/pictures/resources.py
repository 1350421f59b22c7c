"""Processor and memory of the run: the stack, the driver and the whole machine over time."""

from dataclasses import dataclass

import numpy as np

from reports.generator import generator_of
from reports.pictures.canvas import BLUE, GREEN, INK, ORANGE, PURPLE, SKY, VERMILION, Picture, figure
from reports.pictures.clock import dress, fault_bands, label_local, png, window
from reports.rundir import RunDirectory
from reports.seconds import Floats, length_s
from reports.words import Lang, number

_COLOURS = (BLUE, ORANGE, GREEN, PURPLE, SKY, VERMILION)


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    cpu: Floats
    """Cores in use, a second at a time."""
    rss_mib: Floats


def draw(run: RunDirectory, lang: Lang) -> Picture | None:
    """None where resources were not sampled."""
    if run.resources is None or not len(run.resources):
        return None
    seconds = length_s(run)
    parts = _parts(run, seconds)
    if not parts:
        return None
    shown = sorted(parts, key=lambda part: -float(part.cpu.sum()))[: len(_COLOURS)]
    span = window(run)
    at = np.arange(seconds) + 0.5
    made = figure(4.3)
    above, below = made.subplots(2, 1, sharex=True)
    fault_bands(above, run, lang, span)
    fault_bands(below, run, lang, span, named=False)
    colours = _COLOURS[: len(shown)]
    labels = [part.name for part in shown]
    above.stackplot(at, [part.cpu for part in shown], colors=colours, labels=labels, linewidth=0, alpha=0.85)
    machine = generator_of(run).machine_busy
    if machine is not None:
        cores = run.info.cores or 1
        above.plot(
            at,
            cores * machine,
            color=INK,
            linewidth=1.0,
            label="seluruh mesin" if lang == "id" else "machine",
        )
    below.stackplot(at, [part.rss_mib for part in shown], colors=colours, linewidth=0, alpha=0.85)
    above.set_ylabel("inti prosesor" if lang == "id" else "cores")
    below.set_ylabel("memori, MiB" if lang == "id" else "memory, MiB")
    dress(above, run, lang, span)
    dress(below, run, lang, span, top=False)
    label_local(below, lang)
    handles, names = above.get_legend_handles_labels()
    made.legend(handles, names, loc="outside lower center", ncols=4, columnspacing=1.4, handlelength=1.2)
    peak = float(np.sum([part.rss_mib for part in parts], axis=0).max())
    busy = generator_of(run).as_json()["machine_busy_max"]
    if lang == "id":
        title = "Prosesor dan memori"
        sentence = f"Memori semua proses bersama paling banyak {number(peak, lang)} MiB"
        sentence += f"; mesin paling sibuk {number(100 * busy, lang)} %." if busy is not None else "."
    else:
        title = "Processor and memory"
        sentence = f"Memory of all processes together peaked at {number(peak, lang)} MiB"
        sentence += (
            f"; the machine was at most {number(100 * busy, lang)} % busy." if busy is not None else "."
        )
    return Picture("resources", title, f"{title}. {sentence}", sentence, png(made, run))


def _parts(run: RunDirectory, seconds: int) -> list[_Part]:
    """Every component but the machine, its processes added up (a restarted one is a new process)."""
    table = run.resources
    assert table is not None
    encoded = table.arrow("component").dictionary_encode()
    component = encoded.indices.to_numpy(zero_copy_only=False)
    pid, at_s = table.numpy("pid"), table.numpy("t_s")
    edges = np.arange(seconds + 1, dtype=float)
    middle = edges[:-1] + 0.5
    out: list[_Part] = []
    for index, name in enumerate(encoded.dictionary.to_pylist()):
        if name in {"machine", "load_cores"} or name.startswith(("load-machine-", "load-cores-")):
            continue
        cpu, rss = np.zeros(seconds), np.zeros(seconds)
        mine = np.flatnonzero(component == index)
        for one in np.unique(pid[mine]).tolist():
            rows = mine[pid[mine] == one]
            rows = rows[np.argsort(at_s[rows], kind="stable")]
            cpu += np.clip(np.diff(np.interp(edges, at_s[rows], table.numpy("cpu_s")[rows])), 0, None)
            memory = table.numpy("rss_bytes")[rows] / 2**20
            rss += np.interp(middle, at_s[rows], memory, left=0.0, right=0.0)
        out.append(_Part(name, cpu, rss))
    return out
