"""The reference stack as a target, over its HTTP interface; also the example for a vendor's own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import orjson

from gladi.address import Address
from gladi.http import InDoubtError, NotSentError, Reply, Wire
from gladi.materials import Page
from gladi.registration import bodies
from gladi.targets import sirekap_offices, sirekap_watched
from gladi.targets.bodies import excerpt
from gladi.targets.protocol import Phone, Said, Shown, StaffAccount, TargetError
from gladi.targets.sirekap_answers import answered
from scenarios import Regency
from simulators.operations import READS, STAFF, Answer, Operation
from simulators.population import Population

_BOUNDARY = "gladi-7f3e5a1c9b"
_FORM_TYPE = f"multipart/form-data; boundary={_BOUNDARY}"
_BEFORE_NUMBERS = (
    f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="numbers"\r\n'
    "Content-Type: application/json\r\n\r\n"
)
_BEFORE_PHOTO = (
    f'\r\n--{_BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="page.jpg"\r\n'
    "Content-Type: image/jpeg\r\n\r\n"
)
_AFTER_PHOTO = f"\r\n--{_BOUNDARY}--\r\n".encode()
_WRITES = frozenset({"submit_page", "confirm", "correct"})
_WITHOUT_A_SESSION = frozenset({"no_session", "ended_session"})
_NOT_TAKEN_IN = "overloaded"
"""Error code of a request refused at the door."""
_STAFF_A_BODY = 1_000
_JSON = {"Content-Type": "application/json"}


class _Session(NamedTuple):
    """A session as it is sent, and its fingerprint for the record."""

    header: Mapping[str, str]
    fingerprint: str


_NO_SESSION = _Session({"Authorization": "Bearer "}, "")


class SirekapTarget:
    """Speaks the interface of `sirekap`; `secrets` is the stack's `secrets.json` (admin and audit tokens)."""

    def __init__(self, address: Address, seed: int, secrets: Path | None) -> None:
        self._address = address
        self._seed = seed
        self._secrets = secrets
        self._sessions: dict[tuple[str, int], _Session] = {}
        self._ended: dict[tuple[str, int], _Session] = {}
        self._initialised: set[tuple[str, int]] = set()
        self._photos: dict[tuple[str, str], str] = {}
        self._verbs: dict[str, Callable[[Phone, Operation, Page], Answer]] = {
            "activate": self._activate,
            "login": self._login,
            "logout": self._logout,
            "tps": self._tps,
            "submit_page": self._submit_page,
            "confirm": self._confirm,
            "correct": self._correct,
            "status": self._status,
            "national": self._read,
            "region": self._read,
            "tps_page": self._read,
            "photo": self._photo,
            **dict.fromkeys(sirekap_offices.VERBS, self._office),
        }

    # before and after the run

    def prepare(self, place: Regency, population: Population, forms: Sequence[str]) -> None:
        """Register regions, contests with the layouts of their sheets, TPS and two accounts a TPS."""
        for body in bodies(
            self._seed, population.places, population, lambda name: self._secret("activation", name), forms
        ):
            self._admin_post("/v1/admin/register", body)

    def prepare_staff(self, accounts: Sequence[StaffAccount]) -> None:
        """Register PPS, PPK and KPU."""
        for start in range(0, len(accounts), _STAFF_A_BODY):
            body = sirekap_offices.registered(
                accounts[start : start + _STAFF_A_BODY], lambda name: self._secret("activation", name)
            )
            self._admin_post("/v1/admin/register", body)

    def readback(self) -> Iterator[Mapping[str, Any]]:
        """Every revision the stack holds; each photo is fetched through the public door."""
        cursor: Any = ""
        while cursor is not None:
            reply = self._audit(f"/v1/audit/pages?limit=1000{f'&after={cursor}' if cursor != '' else ''}")
            content = orjson.loads(reply.body)
            for row in content["rows"]:
                photo = self._direct().request("GET", f"/public/v1/photos/{row['sha256']}.jpg", {})
                account_tps, _, region = str(row["account"]).rpartition("-")
                yield {
                    "tps": row["tps"], "form": row["form"], "page": row["page"], "revision": row["revision"],
                    "current": row["current"], "receipt": row["receipt"],
                    "key": sirekap_offices.decided_under(row["key"]),
                    "account_tps": account_tps if row["operator"] else region, "operator": row["operator"],
                    "content_sha256_claimed": row["sha256"],
                    "photo": photo.body if photo.status == 200 else None,
                    "numbers": row["numbers"], "stored_at": row["stored_at"],
                }  # fmt: skip
            cursor = content["next"]

    def decisions(self) -> Iterator[Mapping[str, Any]]:
        """Every decision of every pleno."""
        return sirekap_offices.decisions(self._audit)

    def d_hasil(self) -> Iterator[Mapping[str, Any]]:
        """The newest D.Hasil of every kecamatan and form."""
        return sirekap_offices.d_hasil(self._audit)

    # beside the run

    def shown(self, phone: Phone, place: str, form: str) -> Shown:
        """What the public is shown of a place."""
        return sirekap_watched.shown(phone, place, form)

    def says(self, phone: Phone, *, gauges: bool) -> Iterator[Said]:
        """What the stack says of itself; its gauges need the audit token."""
        return sirekap_watched.says(phone, self._token("audit_token") if gauges else None)

    # during the run

    def perform(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """One operation.

        A phone that has not initialised does so before its first write, as an app would. A write answered
        with a server error may have happened (its commit may be in doubt), unless the server says that it
        never took it in.
        """
        if operation.actor == "iseng":
            return self._junk(phone, operation)
        known = self._operator(operation) in self._initialised or operation.variant in _WITHOUT_A_SESSION
        if operation.kind in _WRITES and not known:
            first = self._tps(phone, operation, page)
            if first.outcome != "ok":
                return first
        answer = self._verbs[operation.kind](phone, operation, page)
        if operation.kind not in READS and answer.status >= 500 and answer.reason != _NOT_TAKEN_IN:
            return replace(answer, outcome="unknown")
        return answer

    def _activate(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """With the code of the registration; on another phone than the first with one of the help desk."""
        account = self._account(operation)
        code = self._freed(account) if operation.device else self._secret("activation", account)
        if not code:
            return Answer("fail", reason="no_help_desk")
        answer = self._post(
            phone,
            "/v1/activate",
            {
                "account": account,
                "activation_code": code,
                "password": self._secret("password", account),
                "device": self._device(operation),
            },
        )
        if operation.device and answer.outcome == "ok":
            self._initialised.discard(self._operator(operation))
        return answer

    def _freed(self, account: str) -> str:
        """The help desk frees an account from its phone and tells a new code; "" if it does not answer."""
        reason = orjson.dumps({"reason": "gladi: operator mengganti telepon"})
        path = f"/v1/helpdesk/accounts/{account}/reset"
        try:
            reply = self._direct().request("POST", path, {**_JSON, **self._token("admin_token")}, reason)
        except (NotSentError, InDoubtError, TargetError):
            return ""
        return str(orjson.loads(reply.body)["activation_code"]) if reply.status == 200 else ""

    def _login(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        account, operator = self._account(operation), self._operator(operation)
        guess = operation.variant == "wrong_password"
        secret = f"guess {operation.attempt}" if guess else "password"
        # Digits and hex digits only: nothing in it needs escaping.
        content = (
            f'{{"account": "{account}", "password": "{self._secret(secret, account)}", '
            f'"device": "{self._device(operation)}"}}'
        )
        reply = phone.request("POST", "/v1/login", _JSON, content.encode())
        if reply.status != 200:
            return answered(phone, reply)
        opened = orjson.loads(reply.body)
        session = _session_of(opened["token"])
        phone.session = session.fingerprint
        if not guess:
            self._sessions[operator] = session
            if opened["initialised"]:
                self._initialised.add(operator)
        return answered(phone, reply, content=opened)

    def _logout(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """The token is kept, to be tried when it should not be good for anything any more."""
        operator = self._operator(operation)
        session = self._sessions.get(operator, _NO_SESSION)
        answer = self._post(phone, "/v1/logout", {}, self._session(phone, operation))
        if answer.outcome == "ok" or answer.status == 401:
            self._ended[operator] = session
            if self._sessions.get(operator) == session:
                del self._sessions[operator]
        return answer

    def _tps(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """The phone fetches what its TPS votes for."""
        answer = self._post(phone, "/v1/initialise", {}, self._session(phone, operation))
        if answer.outcome == "ok":
            self._initialised.add(self._operator(operation))
        return answer

    def _submit_page(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        # In pieces: the photo is sent as it lies, never copied into a body.
        body = (f"{_BEFORE_NUMBERS}{page.numbers}{_BEFORE_PHOTO}".encode(), *page.body, _AFTER_PHOTO)
        reply = phone.request(
            "POST",
            f"/v1/tps/{operation.tps}/forms/{operation.form}/pages/{operation.page}",
            {
                **self._session(phone, operation),
                "Content-Type": _FORM_TYPE,
                "Idempotency-Key": operation.key,
                "X-Photo-SHA256": page.photo_sha256,
            },
            body,
        )
        return answered(phone, reply)

    def _confirm(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        return self._post(
            phone,
            f"/v1/tps/{operation.tps}/forms/{operation.form}/confirm",
            {"sesuai": operation.agree},
            {**self._session(phone, operation), "Idempotency-Key": operation.key},
        )

    def _correct(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        return self._post(
            phone,
            f"/v1/tps/{operation.tps}/forms/{operation.form}/pages/{operation.page}/correct",
            {"numbers": orjson.loads(page.numbers), "reason": "angka terbaca tidak sesuai dengan C.Hasil"},
            {**self._session(phone, operation), "Idempotency-Key": operation.key},
        )

    def _status(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        reply = phone.request("GET", f"/v1/tps/{operation.tps}/status", self._session(phone, operation))
        stored = 0
        if reply.status == 200:
            pages = orjson.loads(reply.body)["forms"].get(operation.form, {}).get("pages", {})
            stored = sum(1 << int(number) for number, one in pages.items() if one.get("receipt"))
        return answered(phone, reply, stored=stored)

    def _office(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """What a PPS, PPK or KPU does."""
        return sirekap_offices.VERBS[operation.kind](phone, operation, page, self._session(phone, operation))

    def _read(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        path = {
            "national": "/public/v1/national",
            "region": f"/public/v1/region/{operation.region}",
            "tps_page": f"/public/v1/tps/{operation.tps}",
        }[operation.kind]
        reply = phone.request("GET", _of_form(path, operation), {})
        if operation.kind == "tps_page" and reply.status == 200:
            self._remember_photos(operation, reply.body)
        return answered(phone, reply)

    def _photo(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """A reader opens the TPS page, then its photo; a TPS without photos is answered by the page alone."""
        sheets = (operation.tps, operation.form)
        if sheets not in self._photos:
            reply = phone.request("GET", _of_form(f"/public/v1/tps/{operation.tps}", operation), {})
            if reply.status != 200 or not self._remember_photos(operation, reply.body):
                return answered(phone, reply)
        return answered(phone, phone.request("GET", self._photos[sheets], {}))

    def _junk(self, phone: Phone, operation: Operation) -> Answer:
        """Garbage where uploads and logins are taken, and reads of what does not exist."""
        rubbish = operation.key.encode() * 16
        if operation.kind == "submit_page":
            headers = {"Content-Type": _FORM_TYPE, "Idempotency-Key": operation.key}
            path = f"/v1/tps/{operation.tps}/forms/{operation.form}/pages/{operation.page}"
            return answered(phone, phone.request("POST", path, headers, rubbish))
        if operation.kind == "login":
            body = {"account": operation.key, "password": operation.key, "device": operation.key}
            return self._post(phone, "/v1/login", body)
        reads = f"/v1/tps/{operation.tps}/status"
        place = reads if operation.kind == "status" else f"/public/v1/region/{operation.key}"
        return answered(phone, phone.request("GET", place, {}))

    # pieces

    def _remember_photos(self, operation: Operation, body: bytes) -> bool:
        images = [one for one in orjson.loads(body).get("images") or [] if one]
        if images:
            self._photos[operation.tps, operation.form] = urlsplit(str(images[0])).path
        return bool(images)

    def _post(
        self,
        phone: Phone,
        path: str,
        content: Mapping[str, Any],
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        reply = phone.request("POST", path, {**_JSON, **(headers or {})}, orjson.dumps(content))
        return answered(phone, reply)

    @staticmethod
    def _operator(operation: Operation) -> tuple[str, int]:
        return operation.account_tps, operation.operator

    @staticmethod
    def _account(operation: Operation) -> str:
        if operation.actor in STAFF:
            return operation.account
        return f"{operation.account_tps}-{operation.operator}"

    def _session(self, phone: Phone, operation: Operation) -> Mapping[str, str]:
        """The header that tells who asks; `phone` notes which session that is."""
        if operation.variant == "no_session":
            phone.session = ""
            return {}
        known = self._ended if operation.variant == "ended_session" else self._sessions
        session = known.get(self._operator(operation), _NO_SESSION)
        phone.session = session.fingerprint
        return session.header

    def _device(self, operation: Operation) -> str:
        """Name of the phone: the first one of an account, or another."""
        account = self._account(operation)
        return self._secret("device", f"{account}/{operation.device}" if operation.device else account)

    def _secret(self, what: str, account: str) -> str:
        return _secret(self._seed, what, account)

    def _direct(self, timeout_s: float = 30.0) -> Phone:
        if getattr(self, "_wire", None) is None:
            self._wire = Wire(self._address)
        return Phone(self._wire, self._address.netloc, timeout_s)

    def _token(self, name: str) -> dict[str, str]:
        if self._secrets is None:
            raise TargetError("the reference stack needs the path of its secrets.json")
        return {"Authorization": f"Bearer {orjson.loads(self._secrets.read_text())[name]}"}

    def _admin_post(self, path: str, content: Mapping[str, Any]) -> None:
        body = orjson.dumps(content)
        try:
            reply = self._direct().request("POST", path, {**_JSON, **self._token("admin_token")}, body)
        except (NotSentError, InDoubtError) as error:
            raise TargetError(f"{self._address.url} did not answer {path}: {error}") from error
        if reply.status != 200:
            raise TargetError(
                f"{self._address.url} answered {path} with {reply.status}: {excerpt(reply.body)}"
            )

    def _audit(self, path: str) -> Reply:
        try:
            reply = self._direct().request("GET", path, self._token("audit_token"))
        except (NotSentError, InDoubtError) as error:
            raise TargetError(f"{self._address.url} did not answer the readback: {error}") from error
        if reply.status != 200:
            raise TargetError(f"{self._address.url} answered the readback with {reply.status}")
        return reply


def _of_form(path: str, operation: Operation) -> str:
    """A public page of one form."""
    return f"{path}?form={operation.form}" if operation.form else path


@lru_cache(maxsize=8192)
def _secret(seed: int, what: str, account: str) -> str:
    """What an account knows; the last ones are remembered, since a storm asks for them again and again."""
    return sha256(f"{seed}:{what}:{account}".encode()).hexdigest()[:20]


def _session_of(token: str) -> _Session:
    """The fingerprint tells sessions apart in the record without giving any away."""
    return _Session({"Authorization": f"Bearer {token}"}, sha256(token.encode()).hexdigest()[:16])
