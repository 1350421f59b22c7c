"""What a target over HTTP needs beside its paths and fields: derive from `OverHttp`, write a method a kind.

A kind (see `simulators.operations`) is performed by the method of its name, such as `login`; one that is not
there is not offered by the system and answered so without a request. `examples/vendor` is the worked example,
`gladi target new` writes such a class from an OpenAPI file.
"""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any, cast, get_args

from gladi.address import Address
from gladi.http import InDoubtError, NotSentError, Reply, Wire
from gladi.materials import Page
from gladi.targets.bodies import (
    at,
    content,
    cookie,
    cookies,
    excerpt,
    multipart,
    said,
    unpacked,
    urlencoded,
)
from gladi.targets.lists import Parts, listed
from gladi.targets.protocol import Phone, TargetError
from gladi.targets.telling import DIGEST
from gladi.targets.uploads import ElsewhereError, here, in_pieces
from simulators.operations import READS, Answer, Kind, Operation

__all__ = [
    "NOT_OFFERED",
    "OverHttp",
    "at",
    "content",
    "cookie",
    "cookies",
    "environment",
    "fields",
    "fingerprint",
    "good",
    "multipart",
    "retry_after_s",
    "said",
    "todo",
    "unpacked",
    "urlencoded",
]

NOT_OFFERED = Answer("fail", reason="unsupported")
"""The system has no such operation; nothing was sent, and it is not counted against the system."""

Perform = Callable[[Phone, Operation, Page], Answer]


class OverHttp:
    """Sessions, passwords and answers of a system at `address`; `secrets` is for the target to read."""

    def __init__(self, address: Address, seed: int, secrets: Path | None) -> None:
        self._address = address
        self._seed = seed
        self._secrets = secrets
        self._open: dict[str, str] = {}
        self._ended: dict[str, str] = {}
        self._kept: dict[tuple[str, str], str] = {}
        self._begun: dict[str, str] = {}
        self._digests: dict[str, str] = {}
        self._wire: Wire | None = None

    def perform(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """One operation; of a write that ended in a server error nobody knows whether it happened."""
        if operation.actor == "iseng":
            return self.junk(phone, operation)
        method = cast(Perform | None, getattr(self, operation.kind, None))
        if method is None:
            return NOT_OFFERED
        try:
            answer = method(phone, operation, page)
        except ElsewhereError as error:
            return Answer("fail", reason=str(error))
        if operation.kind not in READS and answer.status >= 500:
            return replace(answer, outcome="unknown")
        return answer

    def junk(self, phone: Phone, operation: Operation) -> Answer:
        """What a stranger sends: garbage, to a path that he made up. Better to overwrite it: send it where
        logins and pages are taken."""
        return self.answer(phone, phone.request("POST", f"/{operation.key}", {}, operation.key.encode() * 16))

    def lacks(self) -> list[str]:
        """Kinds of operations that it does not offer."""
        return [kind for kind in get_args(Kind) if getattr(getattr(self, kind, _missing), "todo", False)]

    def why_not(self, kind: str) -> str:
        """What stands in the way of a kind that a person has yet to write; "" of any other."""
        method = getattr(self, kind, None)
        return " ".join((method.__doc__ or "").split()) if getattr(method, "todo", False) else ""

    # who asks

    def account(self, operation: Operation) -> str:
        """Name of the operator's account: TPS and 1 or 2."""
        return f"{operation.account_tps}-{operation.operator}"

    def password(self, operation: Operation) -> str:
        """The account's password, or a guess where the operation is one."""
        if operation.variant == "wrong_password":
            return self.invented(f"guess {operation.attempt}", self.account(operation))
        return self.invented("password", self.account(operation))

    def device(self, operation: Operation) -> str:
        """Name of the phone."""
        return self.invented("device", f"{self.account(operation)}/{operation.device}")

    def activation_code(self, account: str) -> str:
        """The code with which the account was registered."""
        return self.invented("activation", account)

    def invented(self, what: str, account: str) -> str:
        """20 hex digits, the same in every process of a run."""
        return sha256(f"{self._seed}:{what}:{account}".encode()).hexdigest()[:20]

    def opens(self, phone: Phone, operation: Operation, session: str) -> None:
        """A login gave this session; what a guess at a password gave is noted and not used."""
        phone.session = fingerprint(session)
        if operation.variant != "wrong_password":
            self._open[self.account(operation)] = session

    def unopened(self, phone: Phone, reply: Reply, reason: str = "") -> Answer:
        """A login that gave no session is a refusal, whatever its status says."""
        return self.answer(
            phone, reply, reason=reason or ("no_session" if good(reply) else ""), denied=True
        )  # fmt: skip

    def ends(self, operation: Operation, session: str) -> None:
        """A logout ended this session; it is kept, to be tried when it should be good for nothing."""
        self._ended[self.account(operation)] = session
        if self._open.get(self.account(operation)) == session:
            del self._open[self.account(operation)]

    def session(self, phone: Phone, operation: Operation) -> str:
        """The session to send; "" where the operation is to be sent without one."""
        if operation.variant == "no_session":
            known = ""
        elif operation.variant == "ended_session":
            known = self._ended.get(self.account(operation), "")
        else:
            known = self._open.get(self.account(operation), "")
        phone.session = fingerprint(known)
        return known

    def keeps(self, operation: Operation, what: str, value: str) -> None:
        """What a login gave beside the session, such as a CSRF token; a guess at a password gives nothing."""
        if operation.variant != "wrong_password":
            self._kept[self.account(operation), what] = value

    def kept(self, operation: Operation, what: str) -> str:
        """The same, to be sent; "" where there is nothing."""
        return self._kept.get((self.account(operation), what), "")

    # requests and answers

    def send(
        self,
        phone: Phone,
        method: str,
        path: str,
        content: Mapping[str, Any] | Sequence[Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """A request with JSON, or without a body."""
        if content is None:
            return phone.request(method, path, dict(headers or {}))
        body = json.dumps(content).encode()
        return phone.request(method, path, {"Content-Type": "application/json", **(headers or {})}, body)

    def answer(
        self,
        phone: Phone,
        reply: Reply,
        receipt: str = "",
        stored_pages: int = 0,
        reason: str = "",
        *,
        denied: bool = False,
    ) -> Answer:
        """The reply as gladi counts it: 2xx is ok, everything else failed; `reason` is the system's word.

        `denied` is a refusal that came with 2xx, and says so in its body only.
        """
        sound = good(reply) and not denied
        return Answer(
            "ok" if sound else "fail",
            reply.status,
            "" if sound else reason or f"http_{reply.status}",
            receipt,
            0.0 if sound else retry_after_s(reply),
            stored_pages,
            phone.sent,
            phone.received,
            session=phone.session,
        )

    def directly(
        self,
        method: str,
        path: str,
        content: Mapping[str, Any] | Sequence[Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Before and after a run, through no link; raises TargetError unless the answer is 2xx."""
        self._wire = self._wire or Wire(self._address)
        phone = Phone(self._wire, self._address.netloc, 30.0)
        try:
            reply = self.send(phone, method, path, content, headers)
        except (NotSentError, InDoubtError) as error:
            raise TargetError(f"{self._address.url} did not answer {method} {path}: {error}") from error
        if not good(reply):
            raise TargetError(
                f"{self._address.url} answered {method} {path} with {reply.status}: {excerpt(reply.body)}"
            )
        return reply

    def fetched(self, path: str) -> bytes | None:
        """A photo, after a run; None where there is none any more."""
        self._wire = self._wire or Wire(self._address)
        try:
            reply = self.send(Phone(self._wire, self._address.netloc, 30.0), "GET", path)
        except (NotSentError, InDoubtError) as error:
            raise TargetError(f"{self._address.url} did not answer GET {path}: {error}") from error
        return unpacked(reply) if reply.status == 200 else None

    def here(self, place: str, path: str = "/") -> str:
        """The path of a URL that the system named; raises ElsewhereError where it is not the system's."""
        return here(self._address, place, path)

    def in_pieces(
        self,
        phone: Phone,
        operation: Operation,
        path: str,
        headers: Mapping[str, str],
        photo: bytes,
        metadata: Mapping[str, str],
    ) -> Reply:
        """A resumable upload (tus 1.0), gone on with where an attempt under the same key broke off."""
        return in_pieces(phone, self._address, path, headers, photo, metadata, self._begun, operation.key)

    def every_row(
        self, phone: Phone, path: str, rows: Sequence[str], parts: Parts | None = None
    ) -> tuple[int, list[Mapping[str, Any]]]:
        """The rows of a list, part by part, and the status of the last answer: what is not 200 ends it."""
        statuses = []

        def ask(place: str) -> Reply:
            reply = self.send(phone, "GET", place)
            statuses.append(reply.status)
            if reply.status != 200:
                raise TargetError(str(reply.status))
            return reply

        try:
            return 200, list(listed(ask, path, rows, parts, self.here))
        except TargetError:
            if statuses[-1] == 200:
                raise
            return statuses[-1], []

    def digest(self, phone: Phone, shown: str, path: str) -> str:
        """The sha256 of a photo that is shown: what is shown if it is one, else fetched once and computed."""
        if DIGEST.fullmatch(shown):
            return shown
        if path not in self._digests:
            reply = phone.request("GET", path, {})
            if reply.status != 200:
                return ""
            self._digests[path] = sha256(unpacked(reply)).hexdigest()
        return self._digests[path]


def environment(variable: str, what: str) -> str:
    """The value of an environment variable; raises TargetError that says what it is for."""
    if variable not in os.environ:
        raise TargetError(f"the environment variable {variable} is not set: {what}")
    return os.environ[variable]


def fields(reply: Reply) -> dict[str, Any]:
    """The JSON object of a reply; {} where it is none."""
    found = content(reply)
    return found if isinstance(found, dict) else {}


def good(reply: Reply) -> bool:
    """Whether it was answered with 2xx."""
    return 200 <= reply.status < 300


def todo(method: Perform) -> Perform:
    """Marks a method that a person has yet to write: its kind is not offered, for the reason in its words."""
    method.todo = True  # type: ignore[attr-defined]
    return method


def retry_after_s(reply: Reply) -> float:
    """What Retry-After says, in seconds; 0 where it says nothing or a date."""
    said = reply.headers.get("retry-after", "")
    return float(said) if said.isdigit() else 0.0


def fingerprint(session: str) -> str:
    """Tells sessions apart in the record without giving any away."""
    return sha256(session.encode()).hexdigest()[:16] if session else ""


@todo
def _missing(phone: Phone, operation: Operation, page: Page) -> Answer:
    return NOT_OFFERED
