"""What connections and TLS handshakes the load workers asked of the system, in words for the page."""

from collections.abc import Mapping
from typing import Any

from reports.words import Lang, Text, number


def counted(load: Any) -> dict[str, int]:
    """Counts over the load workers, from what run.json says of them; {} where none said any.

    `opened` connections, uses of a kept one (`reused`), requests that went out once more (`repeated`), and
    handshakes: `tls_full`, `tls_resumed`, `tls_declined` of the whole ones, `tls_failed`; `tls_dropped` are
    sessions that a worker forgot for want of room.
    """
    workers = load.get("workers") if isinstance(load, dict) else None
    total: dict[str, int] = {}
    for one in workers or ():
        counts = one.get("connections") if isinstance(one, dict) else None
        for name, many in counts.items() if isinstance(counts, dict) else ():
            if isinstance(many, int):
                total[str(name)] = total.get(str(name), 0) + many
    return total


def told(counts: Mapping[str, int], lang: Lang) -> str:
    """A sentence or two; "" where nothing was counted."""
    if not counts.get("opened"):
        return ""
    a, b = _Numbers(counts, "id"), _Numbers(counts, "en")
    plain = Text(
        f"Beban membuka {a.opened} sambungan ke sistem; {a.reused} kali sambungan yang masih terbuka dipakai "
        f"lagi, dan {a.repeated} permintaan diulang karena sistem baru saja menutup sambungannya.",
        f"The load opened {b.opened} connections to the system; {b.reused} times one that was still open was "
        f"used again, {b.repeated} requests went out once more because the system was just closing theirs.",
    )(lang)
    if not any(counts.get(name) for name in ("tls_full", "tls_resumed", "tls_failed")):
        return plain
    tls = Text(
        f"Jabat tangan TLS: {a.tls_full} penuh ({a.tls_declined} di antaranya karena tiket ponsel ditolak), "
        f"{a.tls_resumed} melanjutkan sesi lama, {a.tls_failed} gagal.",
        f"TLS handshakes: {b.tls_full} whole ones ({b.tls_declined} of them because a phone's ticket was "
        f"declined), {b.tls_resumed} resumed, {b.tls_failed} failed.",
    )(lang)
    return f"{plain} {tls}"


class _Numbers:
    """The counts by name, as they are written in a language."""

    def __init__(self, counts: Mapping[str, int], lang: Lang) -> None:
        self._counts, self._lang = counts, lang

    def __getattr__(self, name: str) -> str:
        return number(self._counts.get(name, 0), self._lang)
