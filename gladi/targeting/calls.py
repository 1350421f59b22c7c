"""One request of a target class, as lines of Python: content, headers, and the sending of them."""

from dataclasses import dataclass

from gladi.targeting.filling import Filling, Items
from gladi.targeting.synonyms import meaning

_WIDE = 100
"""Longer lines are broken, one item a line, as the formatter of the house would."""


@dataclass(frozen=True, slots=True)
class Call:
    """`media` decides how `body` is sent: as JSON, as a form with a photo, or as the photo itself."""

    method: str
    path: str
    headers: Items
    media: str
    body: Items
    photo_part: str = ""

    def lines(self) -> list[str]:
        """Statements of a method, indented once, that leave the answer in `reply`."""
        lines, given = [f"    path = {self.path}"], ""
        if self.media.startswith(("image/", "application/octet-stream")):
            headers = [*self.headers, ("Content-Type", f'"{self.media}"')]
            lines += _dictionary("headers", headers)
            return [*lines, f'    reply = phone.request("{self.method}", path, headers, page.photo)']
        if self.photo_part:
            lines += _dictionary("parts", self.body)
            lines.append(f'    form, body = multipart(parts, "{self.photo_part}", page.photo)')
            both = "form"
            if self.headers:
                lines += _dictionary("headers", self.headers)
                both = "{**headers, **form}"
            return [*lines, f'    reply = phone.request("{self.method}", path, {both}, body)']
        if self.media:
            lines += _dictionary("content", self.body) if self.body else []
            given = ", content" if self.body else ", {}"
        if self.headers:
            lines += _dictionary("headers", self.headers)
            given += ", headers" if self.media else ", headers=headers"
        return [*lines, f'    reply = self.send(phone, "{self.method}", path{given})']


def call_of(filling: Filling, session: Items) -> Call:
    """The request of one endpoint; `session` are the headers that let it in."""
    endpoint = filling.endpoint
    body = list(filling.body())
    photo_part = ""
    if endpoint.media == "multipart/form-data":
        photo_part = next((name for name, _ in body if meaning(name) == "photo"), "photo")
        body = [(name, _text(value)) for name, value in body if name != photo_part]
    known = {name.lower() for name, _ in session}
    own = [(name, value) for name, value in filling.headers() if name.lower() not in known]
    return Call(endpoint.method, filling.path(), [*session, *own], endpoint.media, body, photo_part)


def _text(value: str) -> str:
    """Parts of a form are text."""
    if value == "json.loads(page.numbers)":
        return "page.numbers"
    return value if value.startswith(('"', "self.", "page.")) else f"str({value})"


def _dictionary(name: str, items: Items) -> list[str]:
    """An assignment, one item a line where it would be too wide."""
    inner = ", ".join(f'"{key}": {value}' for key, value in items)
    whole = f"    {name} = {{{inner}}}"
    if len(whole) <= _WIDE:
        return [whole]
    return [f"    {name} = {{", *(f'        "{key}": {value},' for key, value in items), "    }"]
