"""Answers in sentences, Indonesian first: each claim, what it keeps to, how sure that is."""

from typing import Any

from reports.words import Lang, Text, number, percent

WORD = {
    "upheld": Text("BERTAHAN", "UPHELD"),
    "refuted": Text("TERBANTAH", "REFUTED"),
    "undecided": Text("BELUM PASTI", "UNDECIDED"),
}
OPERATION = {
    "login": Text("masuk", "log in"),
    "submit_page": Text("kirim halaman", "send a page"),
    "status": Text("lihat status", "look at the status"),
    "read": Text("baca portal", "read the portal"),
    "mixed": Text("campuran malam hari", "the evening's mix"),
}
BECAME = {
    "good": Text("dijawab baik", "answered well"),
    "refused": Text("ditolak", "refused"),
    "gave_up": Text("tak dijawab", "not answered in time"),
    "broken": Text("gagal", "failed"),
}


def told(made: dict[str, Any], lang: Lang) -> list[str]:
    """A certificate in lines for the terminal."""
    lines = []
    for claim in made["claims"]:
        lines.append(f"{WORD[claim['answer']](lang)}  {claim['id']}: {claim['title']}")
        lines += [f"    {requirement(one, lang)}" for one in claim["requirements"]]
        if claim["promises"] is not None:
            lines.append(f"    {promises(claim['promises'], made['alpha'], lang)}")
        lines += [f"    {why[lang]}" for why in claim["why"]]
    lines.append(f"{WORD[made['answer']](lang)}  seal {made['seal']}")
    return lines


def requirement(one: dict[str, Any], lang: Lang) -> str:
    """What was required, what was seen, and between which bounds the truth lies."""
    mark = {"upheld": "✓", "refuted": "✗", "undecided": "?"}[one["answer"]]
    seen = seen_as(one, lang)
    if not one["blocks"]:
        few = Text("terlalu sedikit operasi", "too few operations")
        return f"{mark} {one['text']}: {few(lang)}"
    low, high, share = (percent(one[name], lang, 2) for name in ("low", "high", "share"))
    most, many = percent(one["allowed"], lang, 2), number(one["operations"], lang)
    text = Text(
        f"{mark} {one['text']}: terlihat {seen}; meleset {share} dari {many} operasi (antara {low} dan "
        f"{high}; boleh {most})",
        f"{mark} {one['text']}: seen {seen}; {share} of {many} operations missed it (between {low} and "
        f"{high}; {most} may)",
    )(lang)
    if one["hurt_operations"]:
        bad, hurt = number(one["hurt_bad"], lang), number(one["hurt_operations"], lang)
        text += Text(f"; selama gangguan {bad} dari {hurt}", f"; during faults {bad} of {hurt}")(lang)
    if one["sure_s"] is not None:
        at = number(one["sure_s"], lang, 1)
        text += Text(f"; pasti sejak detik ke-{at}", f"; sure from second {at} on")(lang)
    return text


def seen_as(one: dict[str, Any], lang: Lang) -> str:
    """The figure itself: a percentile in seconds, or a share."""
    if one["metric"] == "success":
        return "–" if one["seen"] is None else percent(one["seen"], lang, 2)
    if one["seen"] is None:
        return Text("tak tercapai", "never reached")(lang)
    unit = Text("dtk", "s")(lang)
    return f"{number(one['seen'], lang, 3)}\u00a0{unit}"


def promises(one: dict[str, Any], alpha: float, lang: Lang) -> str:
    """How many writes were acknowledged, and what became of them."""
    broken = one["lost"] + one["doubled"] + one["altered"]
    n = one["acknowledged"]
    if broken:
        return Text(
            f"✗ lost = 0: dari {number(n, 'id')} kiriman yang diakui, {one['lost']} hilang, "
            f"{one['doubled']} ganda, {one['altered']} berubah",
            f"✗ lost = 0: of {number(n, 'en')} acknowledged writes {one['lost']} are lost, "
            f"{one['doubled']} doubled, {one['altered']} altered",
        )(lang)
    bound, sure = percent(one["bound"], lang, 2), percent(1.0 - alpha, lang, 0)
    return Text(
        f"✓ lost = 0: {number(n, 'id')} kiriman diakui, semuanya utuh; maka paling banyak {bound} hilang "
        f"(kepastian {sure})",
        f"✓ lost = 0: {number(n, 'en')} writes acknowledged, all of them intact; so at most {bound} are "
        f"lost ({sure} sure)",
    )(lang)
