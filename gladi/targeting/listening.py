"""A phone that remembers every whole answer it got: what a target class makes of them is not all there is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from gladi.http import Body, Reply
from gladi.targets import Phone

_TITLE = re.compile(rb"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Heard:
    """One exchange, in order."""

    method: str
    path: str
    reply: Reply

    @property
    def html(self) -> bool:
        """Whether the answer is a web page."""
        kind = self.reply.headers.get("content-type", "")
        return kind.startswith(("text/html", "application/xhtml"))

    @property
    def title(self) -> str:
        """Title of the page, at most 80 characters, "" if it has none."""
        found = _TITLE.search(self.reply.body[:65_536])
        return " ".join(found[1].decode(errors="replace").split())[:80] if found else ""


@dataclass
class Listening(Phone):
    """A `Phone` with what it `asked` (method, path) and `heard`."""

    heard: list[Heard] = field(default_factory=list)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def request(
        self, method: str, path: str, headers: Mapping[str, str], body: Body = b""
    ) -> Reply:  # fmt: skip
        """As any phone, and remembered."""
        self.asked.append((method, path))
        reply = Phone.request(self, method, path, headers, body)
        self.heard.append(Heard(method, path, reply))
        return reply
