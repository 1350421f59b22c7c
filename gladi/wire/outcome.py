"""How an exchange ends: with a whole answer, surely not sent, or in doubt."""

from collections.abc import Mapping
from typing import NamedTuple


class NotSentError(Exception):
    """The connection was refused or could not be opened: nothing happened on the other side."""


class InDoubtError(Exception):
    """The request went out, and no whole answer came back: it may have happened."""


class Reply(NamedTuple):
    """A whole HTTP answer; `headers` have lower-case names."""

    status: int
    body: bytes
    headers: Mapping[str, str]
