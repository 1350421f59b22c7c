"""Lines of written Python that are too wide, broken as the formatter of the house breaks them."""

WIDE = 110
_COMPREHENSION = (" for ", " if ")


def folded(line: str) -> list[str]:
    """The same statement in lines that fit, as far as there is a bracket to break at."""
    if len(line) <= WIDE or line.lstrip().startswith(('"""', "#")):
        return [line]
    depths = _depths(line)
    opens = [at for at, one in enumerate(line) if depths[at] == 1 and one in "([{"]
    closes = [at for at, one in enumerate(line) if depths[at] == 1 and one in ")]}"]
    if not opens or len(opens) != len(closes):
        return [line]
    opening, closing = max(zip(opens, closes, strict=True), key=lambda pair: pair[1] - pair[0])
    indent = " " * (len(line) - len(line.lstrip()) + 4)
    body, inner = line[opening + 1 : closing], depths[opening + 1 : closing]
    cuts = [at for at in range(len(body)) if inner[at] == 1 and body.startswith(_COMPREHENSION, at)]
    if cuts and (len(indent) + len(body) <= WIDE):
        lines = [indent + body]
    elif cuts:
        lines = [indent + piece.strip() for piece in _cut(body, cuts)]
    else:
        commas = [at for at in range(len(body)) if inner[at] == 1 and body[at] == ","]
        lines = [f"{indent}{piece.strip(' ,')}," for piece in _cut(body, commas) if piece.strip(" ,")]
    whole = [line[: opening + 1], *lines, indent[4:] + line[closing:]]
    return [piece for one in whole for piece in (folded(one) if one != line else [one])]


def _cut(text: str, cuts: list[int]) -> list[str]:
    return [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]


def _depths(line: str) -> list[int]:
    """How many brackets each character is in, the brackets themselves included; -1 within a text."""
    found, depth, quote = [], 0, ""
    for at, one in enumerate(line):
        if quote:
            found.append(-1)
            quote = "" if one == quote and line[at - 1] != "\\" else quote
            continue
        if one in "\"'":
            quote = one
            found.append(-1)
            continue
        depth += one in "([{"
        found.append(depth)
        depth -= one in ")]}"
    return found
