"""From the bytes of a file to its text: which encoding, and which lines are in another."""

import re

from simulators.country.importing.problems import Found

_BOM_8, _BOMS_16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_WORKBOOKS = {b"PK\x03\x04": ".xlsx or .ods", b"\xd0\xcf\x11\xe0": ".xls", b"PAR1": "Parquet", b"%PDF": "PDF"}
_BREAK = re.compile(rb"\r\n|\r|\n")
_SNIPPET = 24


def decode(content: bytes, wanted: str, found: Found) -> tuple[str, str]:
    """The text (no BOM, no NUL) and the name of its encoding; problems go to `found`.

    "auto" is what the BOM says, else UTF-8, else cp1252. Text is given even where a line is in another
    encoding than its file, so that what else is wrong can be told in the same go.
    """
    kind = next((kind for magic, kind in _WORKBOOKS.items() if content.startswith(magic)), None)
    if kind is not None:
        found.add("file", f"is a file of {kind}, not CSV; in Excel: File, Save As, CSV UTF-8")
        return "", "none"
    if not content.strip(b"\0 \t\r\n\x1a\xef\xbb\xbf"):
        found.add("file", "is empty")
        return "", "none"
    text, encoding = _text(content, wanted, found)
    if "\0" in text:
        lines = [number for number, line in enumerate(re.split(r"\r\n|\r|\n", text), 1) if "\0" in line]
        hint = "was the file cut off or copied badly?"
        if content.count(b"\0") > len(content) / 4:
            found.add("nul", 'every other byte is NUL: set encoding = "utf-16", or save as CSV UTF-8')
        else:
            for line in lines:
                found.add("nul", f"has a NUL byte; {hint}", line)
        text = text.replace("\0", "")
    return text, encoding


def _text(content: bytes, wanted: str, found: Found) -> tuple[str, str]:
    if wanted == "utf-16" or (wanted == "auto" and content.startswith(_BOMS_16)):
        try:
            text = content.decode("utf-16" if content.startswith(_BOMS_16) else "utf-16-le")
        except UnicodeDecodeError as error:
            found.add("encoding", f"is not whole UTF-16 ({error.reason} at byte {error.start:,})")
            text = content.decode("utf-16", errors="replace")
        return text.removeprefix("\ufeff"), "utf-16"
    if wanted in {"auto", "utf-8"}:
        body = content.removeprefix(_BOM_8)
        try:
            return body.decode("utf-8"), "utf-8"
        except UnicodeDecodeError:
            return _not_utf8(body, surely_utf8=wanted == "utf-8" or body is not content, found=found)
    try:
        return content.decode(wanted), wanted
    except UnicodeDecodeError:
        for number, line in enumerate(_BREAK.split(content), 1):
            if not _is(line, wanted):
                found.add("encoding", f"is not {wanted} ({_seen(line)})", number)
        return content.decode("latin-1"), wanted


def _not_utf8(body: bytes, *, surely_utf8: bool, found: Found) -> tuple[str, str]:
    """The text of a file that is not all UTF-8: one in cp1252, or one that mixes both."""
    lines = _BREAK.split(body)
    special = [number for number, line in enumerate(lines, 1) if not line.isascii()]
    whole = [number for number in special if _is(lines[number - 1], "utf-8")]
    if not whole and not surely_utf8:
        return body.decode(one := "cp1252" if _is(body, "cp1252") else "latin-1"), one
    strange = sorted(set(special) - set(whole))
    if surely_utf8 or len(strange) <= len(whole):
        for number in strange:
            found.add("encoding", f"is not UTF-8 as the rest ({_seen(lines[number - 1])})", number)
    else:
        for number in whole:
            found.add("encoding", f"is UTF-8, the rest is cp1252 ({_seen(lines[number - 1])})", number)
    ends = [*_BREAK.findall(body), b""]
    parts = (line.decode("utf-8" if _is(line, "utf-8") else "latin-1") for line in lines)
    return "".join(part + end.decode() for part, end in zip(parts, ends, strict=True)), "mixed"


def _is(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _seen(line: bytes) -> str:
    """A bit of the line around the first character beyond ASCII, readable whatever it is."""
    first = next(place for place, byte in enumerate(line) if byte > 127)
    start = max(0, first - _SNIPPET // 2)
    return f'"{line[start : first + _SNIPPET // 2].decode("ascii", errors="backslashreplace")}"'
