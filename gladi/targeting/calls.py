"""One request of a target class, as lines of Python: content, headers, and the sending of them."""

from dataclasses import dataclass

from gladi.targeting.filling import Filling, Items, UnwrittenError
from gladi.targeting.schemas import binary, properties
from gladi.targeting.synonyms import meaning

_WIDE = 100
"""Longer lines are broken, one item a line, as the formatter of the house would."""
_RAW = ("image/", "application/octet-stream")
MULTIPART, FORM = "multipart/form-data", "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Call:
    """`media` decides how `body` is sent: as JSON, as a form, as one with a photo, or as the photo itself."""

    method: str
    path: str
    headers: Items
    media: str
    body: Items
    photo_part: str = ""

    def lines(self, answer: str = "reply") -> list[str]:
        """Statements of a method, indented once, that leave the answer in the variable `answer`."""
        lines, given = [f"    path = {self.path}"], ""
        if self.media.startswith(_RAW):
            headers = [*self.headers, ("Content-Type", f'"{self.media}"')]
            lines += dictionary("headers", headers)
            return [*lines, f'    {answer} = phone.request("{self.method}", path, headers, page.body)']
        if self.media in {MULTIPART, FORM}:
            lines += dictionary("parts", self.body)
            made = f'multipart(parts, "{self.photo_part}", page.body)'
            lines.append(f"    form, body = {made if self.media == MULTIPART else 'urlencoded(parts)'}")
            both = "form"
            if self.headers:
                lines += dictionary("headers", self.headers)
                both = "{**headers, **form}"
            return [*lines, f'    {answer} = phone.request("{self.method}", path, {both}, body)']
        headers = list(self.headers)
        if self.media:
            lines += dictionary("content", self.body) if self.body else []
            given = ", content" if self.body else ", {}"
            if self.media != "application/json":
                headers.append(("Content-Type", f'"{self.media}"'))
        if headers:
            lines += dictionary("headers", headers)
            given += ", headers" if self.media else ", headers=headers"
        return [*lines, f'    {answer} = self.send(phone, "{self.method}", path{given})']


def call_of(filling: Filling, session: Items) -> Call:
    """The request of one endpoint; `session` are the headers that let it in. Raises UnwrittenError."""
    endpoint = filling.endpoint
    media = endpoint.media
    if media and not media.startswith(_RAW) and media not in {MULTIPART, FORM} and "json" not in media:
        raise UnwrittenError(f"takes {media}, which gladi does not write")
    body = list(filling.body()) if not media.startswith(_RAW) else []
    photo_part = ""
    if media in {MULTIPART, FORM}:
        files = [name for name, schema in properties(endpoint.body).items() if binary(schema)]
        photos = [name for name, _ in body if meaning(name) == "photo"]
        photo_part = (files or photos or [""])[0]
        if media == MULTIPART and not photo_part:
            media = FORM if not body else media
            photo_part = "photo"
        body = [(name, _text(value)) for name, value in body if media == FORM or name != photo_part]
    known = {name.lower() for name, _ in session}
    own = [(name, value) for name, value in filling.headers() if name.lower() not in known]
    return Call(endpoint.method, filling.path(), [*session, *own], media, body, photo_part)


def _text(value: str) -> str:
    """Parts of a form are text."""
    if value == "json.loads(page.numbers)":
        return "page.numbers"
    texts = ('"', 'f"', "self.", "page.", "b64encode", "csrf", "environment(")
    return value if value.startswith(texts) else f"str({value})"


def dictionary(name: str, items: Items) -> list[str]:
    """An assignment, one item a line where it would be too wide."""
    inner = ", ".join(f'"{key}": {value}' for key, value in items)
    whole = f"    {name} = {{{inner}}}"
    if len(whole) <= _WIDE:
        return [whole]
    return [f"    {name} = {{", *(f'        "{key}": {value},' for key, value in items), "    }"]
