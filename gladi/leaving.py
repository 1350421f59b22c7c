"""What Ctrl-C means to a command: said when it is pressed, and once more when the command is over.

A command registers nothing: what there is to say is in `_OF`, the folder of evidence comes from `RunFolder`,
and how to go on is the command line itself. The exit code is not touched.
"""

import os
import shlex
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NamedTuple


class Text(NamedTuple):
    """In both languages; `reports.words` would load half of gladi for one line."""

    id: str
    en: str


_BEGIN_AGAIN = Text("Mulai lagi: {again}", "To begin again: {again}")


@dataclass(frozen=True, slots=True)
class Leaving:
    """`now` is done after the first Ctrl-C, `second` is what another one does; `kept` and `nothing` say
    what is left with and without a folder, in which {path} is filled in; `again` how to go on: {again}
    {path}."""

    now: Text
    second: Text
    kept: Text
    nothing: Text
    again: Text = _BEGIN_AGAIN


_AT_ONCE = Text("berhenti", "stopping")
_QUIT = Text("keluar seketika, tanpa menunggu", "leaves at once, without waiting")
_GUARDED = Text(
    "keluar seketika; penjaga (reaper) memulihkan dan mematikan sisanya sendiri, dan gladi heal memeriksanya",
    "leaves at once; the reaper heals and ends what is left by itself, and gladi heal looks after it",
)
_HEALING = Text(
    "memulihkan gangguan, mematikan semua yang dinyalakan, menyimpan bukti",
    "healing the faults, ending all that was started, keeping the evidence",
)
_ENDING = Text(
    "mematikan semua yang dinyalakan, menyimpan rekaman", "ending all that was started, keeping the record"
)
_UNBEGUN = Text(
    "Belum ada yang dimainkan; tidak ada yang ditinggalkan.", "Nothing was played; nothing was left behind."
)
_NOTHING = Text("Tidak ada yang disimpan.", "Nothing was kept.")

_PLAIN = Leaving(_AT_ONCE, _QUIT, Text("Yang ada: {path}", "What there is: {path}"), _NOTHING)
_OF: Mapping[str, Leaving] = {
    "rehearse": Leaving(
        _HEALING, _GUARDED,
        Text("Gangguan sudah dipulihkan, kecuali yang disebut di atas. Bukti sejauh dimainkan: {path} "
             "(putusan: gladi check {path}; tidak pernah LULUS)",
             "The faults were healed, but for what is named above. Evidence as far as it was played: {path} "
             "(verdict: gladi check {path}; never PASSED)"),
        _UNBEGUN,
        Text("Gladi yang terpotong tidak dapat dilanjutkan. Dari awal: {again}; gangguan yang sama: "
             "--plan {path}/plan.jsonl",
             "A run that was cut short cannot go on. From the beginning: {again}; with the same faults: "
             "--plan {path}/plan.jsonl"),
    ),
    "simulate": Leaving(_AT_ONCE, _QUIT, _PLAIN.kept, Text(
        "Simulasi yang terpotong tidak disimpan.", "A simulation that was cut short is not kept.")),
    "nation": Leaving(
        Text("berhenti pada saat ini, menilai yang sudah dimainkan", "stopping here, judging what was "
                                                                     "played"), _QUIT,
        Text("Yang sudah dimainkan, dengan putusan dan laporannya: {path}",
        "What was played, with verdict and report: "
             "{path}"), _UNBEGUN,
    ),
    "sweep": Leaving(
        Text("menunggu tidak lebih lama, menulis titik yang selesai", "not waiting, writing the points "
                                                                      "that are done"),
        _QUIT, Text("Titik yang selesai: {path}", "The points that are done: {path}"), _UNBEGUN,
        Text("Lanjutkan dari situ: {again} --out {path}", "To go on from there: {again} --out {path}"),
    ),
    "capacity": Leaving(
        _ENDING, _GUARDED, Text("Uji yang sudah selesai tersimpan: {path}",
        "The trials that were done are kept: {path}"),
        _UNBEGUN,
        Text("Jawaban dari yang sudah diukur: gladi capacity --from {path}. Dari awal: {again}",
             "The answer from what was measured: gladi capacity --from {path}. From the beginning: {again}"),
    ),
    "claim": Leaving(
        _HEALING, _GUARDED,
        Text("Bukti sejauh dimainkan tersimpan, tanpa sertifikat: {path}",
             "Evidence as far as it was played, without a certificate: {path}"), _UNBEGUN,
    ),
    "calibrate": Leaving(
        _ENDING, _GUARDED, _PLAIN.kept,
        Text("Model tidak ditulis; perkiraan yang sudah ditulis (*.jsonl) harus dipindahkan dahulu.",
             "No model was written; predictions already written (*.jsonl) must be moved away first."),
    ),
    "soak": Leaving(
        Text("menghentikan gladi yang sedang berjalan dan memulihkannya",
        "ending the rehearsals under way and healing them"),
        _GUARDED, _PLAIN.kept,
        Text("Gladi yang sudah tercatat tidak dimainkan lagi.", "Rehearsals on record are not played again."),
        Text("Perintah yang sama melanjutkan: {again}", "The same command goes on: {again}"),
    ),
    "forms": Leaving(
        _AT_ONCE, _QUIT, _PLAIN.kept,
        Text("Setiap berkas yang ada utuh; yang terpotong tidak ditinggalkan.",
             "Every file that is there is whole; none is left half-written."),
        Text("Perintah yang sama melanjutkan: {again}", "The same command goes on: {again}"),
    ),
    "readiness": Leaving(_AT_ONCE, _QUIT, _PLAIN.kept, Text(
        "Pemeriksaan yang terpotong tidak disimpan.", "A check that was cut short is not kept.")),
    "bimtek": Leaving(_AT_ONCE, _QUIT, _PLAIN.kept, Text(
        "Paket yang terpotong tidak ditinggalkan.", "A pack that was cut short is not left behind.")),
    "worker": Leaving(
        Text("meninggalkan gladi; pekerja lain mengambil alih TPS-nya", "leaving the rehearsal; others "
                                                                        "take over its TPS"),
        _QUIT, _PLAIN.kept, _NOTHING,
        Text("Gladi itu berjalan terus tanpa mesin ini.", "The rehearsal goes on without this machine."),
    ),
    "heal": Leaving(
        Text("berhenti di antara dua pemulihan", "stopping between two steps of healing"), _QUIT, _PLAIN.kept,
        Text("Yang sudah dipulihkan tetap pulih; sisanya masih tercatat.",
             "What was healed stays healed; the rest is still on record."),
        Text("Lanjutkan: {again}", "To go on: {again}"),
    ),
    "stack": Leaving(
        Text("mematikan yang sudah dinyalakan", "ending what was started"), _QUIT, _PLAIN.kept,
        Text("Tidak ada yang tertinggal menyala dari perintah ini.", "Nothing that this command started "
                                                                     "still runs."),
    ),
}  # fmt: skip


@dataclass(slots=True)
class _Now:
    """The command that runs, its words, the folder that would be kept, and how often Ctrl-C was pressed."""

    command: str = ""
    argv: tuple[str, ...] = ()
    folder: Path | None = None
    presses: int = 0
    pid: int = field(default_factory=os.getpid)

    def words(self) -> Leaving:
        return _OF.get(self.command, _PLAIN)


_now = _Now()


@contextmanager
def listening(argv: Sequence[str]) -> Iterator[None]:
    """Explain Ctrl-C at once while a command runs; in the main thread only, as signals are."""
    global _now  # noqa: PLW0603
    _now = _Now(next((one for one in argv if not one.startswith("-")), ""), tuple(argv))
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _pressed)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def means(command: str) -> None:
    """What runs is of another kind than its command's name says: a nation, a sweep."""
    _now.command = command


def keeps(folder: Path) -> None:
    """Evidence goes into this folder, unless there is one already: a later one is a stack's home, say."""
    if _now.folder is None:
        _now.folder = folder


def drops(folder: Path) -> None:
    """This folder was discarded."""
    if _now.folder == folder:
        _now.folder = None


def explained() -> list[str]:
    """What was kept and how to go on, in both languages; for the end of a command that was interrupted."""
    words, path = _now.words(), _now.folder
    if path is not None and not path.exists():
        path = None
    told = [words.nothing if path is None else words.kept]
    if path is not None or "{path}" not in words.again.en:
        told.append(words.again)
    else:
        told.append(_PLAIN.again)
    filled = {"path": str(path), "again": _again(path)}
    lines = []
    for number, word in enumerate(("dihentikan. ", "interrupted. ")):
        lines += [f"{word if not at else ''}{one[number].format(**filled)}" for at, one in enumerate(told)]
    return lines


def _again(kept: Path | None) -> str:
    """The command line; without an --out whose folder is there now."""
    argv = list(_now.argv)
    if kept is not None and "--out" in argv[:-1]:
        at = argv.index("--out")
        del argv[at : at + 2]
    return shlex.join(["gladi", *argv])


def _pressed(number: int, frame: FrameType | None) -> None:
    """Said from the signal itself: what follows may take a while."""
    if os.getpid() == _now.pid:  # a process that was forked says nothing
        _now.presses += 1
        words = _now.words()
        if _now.presses == 1:
            _say(
                f"Ctrl-C: {words.now.id} … Sekali lagi: {words.second.id}.",
                f"Ctrl-C: {words.now.en} … Once more: {words.second.en}.",
            )
        else:
            _say(f"Ctrl-C: {words.second.id}.", f"Ctrl-C: {words.second.en}.")
        if (hub := sys.modules.get("gevent.hub")) is not None:  # else it prints a traceback of ours
            hub.Hub.NOT_ERROR = (*hub.Hub.NOT_ERROR, KeyboardInterrupt)
    raise KeyboardInterrupt


def told_to_wait(number: int, frame: FrameType | None) -> None:
    """In place of `_pressed` where nothing may be cut off: healing is bounded in time, and goes on."""
    if os.getpid() == _now.pid:
        _say(
            "Ctrl-C: sedang memulihkan; itu ada batas waktunya dan tidak dipotong. Tunggu sebentar.",
            "Ctrl-C: healing; that is bounded in time and is not cut off. A moment, please.",
        )


def _say(*lines: str) -> None:
    """Past every buffer and progress bar."""
    text = "".join(f"\ngladi: {line}" for line in lines) + "\n"
    try:
        os.write(sys.stderr.fileno(), text.encode())
    except (OSError, ValueError):
        return
