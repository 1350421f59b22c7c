"""Regions by code or by name as people write it: "33.24", "kab. kendal", "Kepahyang"."""

import difflib
import re

from scenarios.regions import province_names, regency_names

MOST = 8
_KINDS = re.compile(r"\b(kab|kabupaten|kota|adm|administrasi|prov|provinsi)\b\.?")


def near_regions(asked: str) -> list[tuple[str, str]]:
    """Code and name of the regions that may be meant, the likeliest first; one alone when it is sure.

    A code that nobody has is never taken for another.
    """
    known = regency_names() | {code: f"Provinsi {name}" for code, name in province_names().items()}
    text = asked.strip()
    code = f"{text[:2]}.{text[2:]}" if re.fullmatch(r"\d{4}", text) else text
    if code in known:
        return [(code, known[code])]
    if re.fullmatch(r"[\d.]*", text):
        found = [one for one in known if one.startswith(text)] if text else []
        return [(one, known[one]) for one in found[:MOST]]
    return [(one, known[one]) for one in _by_name(text, known)]


def _by_name(text: str, known: dict[str, str]) -> list[str]:
    plain = {code: _plain(name) for code, name in known.items()}
    wanted = _plain(text)
    exact = [code for code, name in known.items() if name.casefold() == text.casefold()]
    if exact:
        return exact
    same = [code for code, name in plain.items() if name == wanted]
    if same:
        return same[:MOST]
    inside = [code for code, name in plain.items() if wanted and wanted in name]
    if inside:
        return inside[:MOST]
    near = difflib.get_close_matches(wanted, plain.values(), n=MOST, cutoff=0.6)
    return [code for one in dict.fromkeys(near) for code, name in plain.items() if name == one][:MOST]


def _plain(name: str) -> str:
    return " ".join(_KINDS.sub(" ", name.casefold()).split())
