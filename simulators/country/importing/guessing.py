"""A mapping proposed from the header of a table, for a person to look through."""

import re

from simulators.country.importing.codes import CodeError, digits_of
from simulators.country.importing.decoding import decode
from simulators.country.importing.problems import Found
from simulators.country.importing.splitting import SPOKEN, detected, header
from simulators.country.importing.tables import Table

_HEADER_AMONG = 20
"""The header is looked for on so many lines from the top."""

_WORDS = (
    ("tps_code", r"(kode|id)\W*tps"),
    ("desa_code", r"(kode|kd|id)\W*(wilayah|desa|kel|ds)|(desa|kel\w*)\W*(kode|id)|^kode$"),
    ("kecamatan_code", r"(kode|kd|id)\W*kec|kec\w*\W*(kode|id)"),
    ("regency_code", r"(kode|kd|id)\W*(kab|kota)|kab\w*\W*(kode|id)"),
    ("province_code", r"(kode|kd|id)\W*prov|prov\w*\W*(kode|id)"),
    ("province", r"\bprov"),
    ("regency", r"\bkab|\bkota\b|regency"),
    ("kecamatan", r"\bkec"),
    ("desa", r"\bdesa|\bkel(urahan)?\b|village"),
    ("tps", r"\btps\b"),
    ("dptb", r"\bdptb\b"),
    ("dpk", r"\bdpk\b"),
    ("men", r"^(dpt\W*)?(l|lk|laki.*|pria|pemilih laki.*)$|\blaki\b"),
    ("women", r"^(dpt\W*)?(p|pr|perempuan|wanita|pemilih perempuan)$|\bperempuan\b"),
    ("dpt", r"^(jml|jumlah|total)?\W*(dpt|pemilih)\b|^(jml|jumlah|total|l\W*\+\W*p)$"),
)
_TOLD_FIRST = (
    "province_code", "province", "regency_code", "regency", "kecamatan_code", "kecamatan", "desa_code",
    "desa", "tps_code", "tps", "men", "women", "dpt", "dptb", "dpk",
)  # fmt: skip


def guessed(table: Table) -> str:
    """The text of a mapping file; raises ValueError if no line of the table looks like a header."""
    if table.content is None:
        raise ValueError(table.why)
    found = Found(table.name)
    text, encoding = decode(table.content, "auto", found)
    if not text:
        raise ValueError(next(found.problems()).message)
    row, names, delimiter = max(
        (_header(text, row) for row in range(1, _HEADER_AMONG + 1)), key=lambda one: len(_columns(one[1]))
    )
    columns = _columns(names)
    if len(columns) < 2:
        raise ValueError("no line near the top looks like a header; see gladi population import --help")
    lines = [
        f"# Proposed for {table.name}: look through it, correct it, take out what does not hold.",
        "[file]",
        f"delimiter = {_quoted(delimiter)}{_remark(SPOKEN[delimiter])}",
        f'encoding = "auto"{_remark(f"this file: {encoding}")}',
        f"header_row = {row}",
        *_after_header(text, row, delimiter),
        'skip_rows_with = ["JUMLAH", "TOTAL"]',
        "",
        "[columns]",
        *(f"{key} = {_quoted(columns[key])}" for key in sorted(columns, key=_TOLD_FIRST.index)),
        *_missing(columns),
        "",
        "# [constants]  what holds for the whole file, for example",
        '# regency_code = "17.08"',
    ]
    return "\n".join(lines) + "\n"


def _header(text: str, row: int) -> tuple[int, list[str], str]:
    delimiter = detected(text, row)
    head = header(text, row, delimiter)
    return row, head[0] if head else [], delimiter


def _columns(names: list[str]) -> dict[str, str]:
    """A column for each key that one looks like; by place where its name stands twice."""
    plain = [" ".join(name.split()) for name in names]
    found: dict[str, str] = {}
    for place, name in enumerate(plain):
        for key, pattern in _WORDS:
            if key not in found and re.search(pattern, name, re.IGNORECASE):
                found[key] = f"#{place + 1}" if plain.count(name) > 1 else name
                break
    return found


def _missing(columns: dict[str, str]) -> list[str]:
    lines = []
    if not {"tps_code", "desa_code", "desa"} & set(columns):
        lines.append('# desa_code = "?"  no column looks like it')
    if not {"tps_code", "tps"} & set(columns):
        lines.append('# tps = "?"  no column looks like it')
    if "dpt" not in columns and not {"men", "women"} <= set(columns):
        lines.append('# dpt = "?"  no column looks like it')
    return lines


def _after_header(text: str, row: int, delimiter: str) -> list[str]:
    """A row that only numbers the columns, as KPU prints it under the header, is passed over."""
    head = header(text, row, delimiter)
    below = header(text, head[1], delimiter) if head else None
    if head is None or below is None:
        return []
    try:
        figures = [int(digits_of(cell.strip("() "), 0)) for cell in below[0] if cell.strip()]
    except (CodeError, ValueError):
        return []
    counting = len(figures) > 2 and figures == list(range(figures[0], figures[0] + len(figures)))
    return (
        [f"data_row = {below[1]}{_remark('the row below the header numbers the columns')}"]
        if counting
        else []
    )


def _quoted(text: str) -> str:
    plain = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{plain}"'


def _remark(words: str) -> str:
    return f"  # {words}"
