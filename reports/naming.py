"""What people call a fault, a reason, a link class; the machine's own word where we have no better one."""

from collections.abc import Mapping

from reports.words import Text

_FAULTS: Mapping[str, Text] = {
    "process_kill": Text("Proses dimatikan (SIGKILL)", "Process killed (SIGKILL)"),
    "process_pause": Text("Proses dibekukan (SIGSTOP)", "Process frozen (SIGSTOP)"),
    "area_dark": Text("Jaringan wilayah gelap", "Area network dark"),
}

_LINKS: Mapping[str, str] = {"4g": "4G", "3g": "3G", "edge": "EDGE", "vsat": "VSAT"}


_REASONS: Mapping[str, Text] = {
    "": Text("tanpa sebab", "no reason given"),
    "overloaded": Text("server penuh", "server overloaded"),
    "refused": Text("sambungan ditolak", "connection refused"),
    "reset": Text("sambungan putus", "connection reset"),
    "timeout": Text("tidak dijawab", "timed out"),
    "link_lost": Text("sinyal HP hilang", "phone lost its signal"),
    "not_ended": Text("belum selesai di akhir", "not ended at the end"),
    "unauthorized": Text("sesi tidak dikenal", "session unknown"),
}


def reason_name(reason: str) -> Text:
    """Why an operation went wrong, in words."""
    return _REASONS.get(reason, Text(*[reason.replace("_", " ")] * 2))


def fault_name(name: str) -> Text:
    """Name of a kind of fault."""
    return _FAULTS.get(name, Text(*[name.replace("_", " ")] * 2))


def link_name(code: str) -> str:
    """Name of a link class."""
    return _LINKS.get(code, code)
