"""What every writer of methods needs: what was matched, who is let in how, what is left open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gladi.targeting.calls import Call, call_of
from gladi.targeting.filling import Filling
from gladi.targeting.matching import Match
from gladi.targeting.openapi import Document, Endpoint
from gladi.targeting.ways_in import WaysIn

HEAD = "(self, phone: Phone, operation: Operation, page: Page) -> Answer:"
_WIDEST = 94
"""Of a docstring, so that its line stays within 110."""


@dataclass
class Context:
    """`there` is the operation of each kind; `todo` and `offered` grow."""

    name: str
    document: Document
    found: Mapping[str, Match]
    ways: WaysIn
    there: dict[str, Endpoint]
    todo: list[str] = field(default_factory=list)
    offered: dict[str, Endpoint] = field(default_factory=dict)

    def call(
        self,
        kind: str,
        own: Mapping[str, str] | None = None,
        told: Mapping[str, str] | None = None,
        without: Sequence[str] = (),
    ) -> Call:
        """The request of a kind, `without` some of its headers; raises UnwrittenError."""
        endpoint = self.there[kind]
        if without:
            kept = [one for one in endpoint.parameters if one.name.lower() not in without]
            endpoint = replace(endpoint, parameters=tuple(kept))
        filling = Filling(kind, endpoint, {**self.ways.clients, **(own or {})}, told=told or {})
        call = call_of(filling, self.ways.headers(endpoint))
        self.todo += filling.todo
        return call

    def opening(self, kind: str) -> list[str]:
        """The first lines of a method; from now on the kind is offered."""
        endpoint = self.there[kind]
        self.offered[kind] = endpoint
        words = f"{endpoint.method} {endpoint.path}."
        longer = f"{words} {sentence(endpoint.summary)}" if endpoint.summary else words
        return [f"def {kind}{HEAD}", f'    """{longer if len(longer) <= _WIDEST else words}"""']


def answer_of(names: Sequence[str], reply: str = "reply") -> str:
    """An expression for a text that an answer holds."""
    return f"said({reply}, {', '.join(map(quoted, names))})"


def value_of(names: Sequence[str], reply: str = "reply") -> str:
    """The same for anything that it holds."""
    return f"at({', '.join([reply, *map(quoted, names)])})"


def quoted(text: str) -> str:
    """As a Python literal; names of a document have no quotes in them."""
    return f'"{text}"'


def sentence(text: str) -> str:
    """One sentence for a docstring."""
    plain = " ".join(text.split()).replace("\\", "").replace('"', "'")[:70].rstrip()
    return plain if plain.endswith((".", "?", "!")) else f"{plain}."


def wrapped(words: str, wide: int = 100) -> list[str]:
    """Words in lines for a docstring."""
    lines, line = [], ""
    for word in words.replace("\\", "").replace('"', "'").split():
        if line and len(line) + len(word) + 1 > wide:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    return [*lines, line]
