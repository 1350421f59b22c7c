"""What the staff asks of the reference stack: accounts of PPS, PPK and KPU, the pleno, photos brought in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import orjson

from gladi.http import Reply
from gladi.materials import Page
from gladi.targets.protocol import Phone, StaffAccount
from gladi.targets.sirekap_answers import answered
from simulators.operations import Answer, Operation, SeenForm
from simulators.sheets import canonical

ROLES = {"pps": "pps", "ppk": "ppk", "kpu": "kpu_kab"}
"""What the stack calls them."""

_JSON = {"Content-Type": "application/json"}
_BOUNDARY = "gladi-7f3e5a1c9b"
_FORM_TYPE = f"multipart/form-data; boundary={_BOUNDARY}"
_WHY_BACKUP = "KPPS tidak dapat mengirim; foto cadangan diteruskan berjenjang"
_WHY_REPLACED = "foto di laman publik tidak terbaca; diganti dari foto cadangan"

_DIGITS_OF_KECAMATAN = 6

Session = Mapping[str, str]
"""The header that tells who asks."""


def registered(accounts: Sequence[StaffAccount], code: Callable[[str], str]) -> Mapping[str, Any]:
    """The body that registers staff; `code` gives the activation code of an account."""
    return {
        "staff": [
            {
                "account": one.name, "role": ROLES[one.role], "region": one.region,
                "activation_code": code(one.name),
            }
            for one in accounts
        ]
    }  # fmt: skip


def _open(phone: Phone, operation: Operation, page: Page, session: Session) -> Answer:
    path = f"/v1/pleno/{operation.region}/open"
    return answered(phone, phone.request("POST", path, {**_JSON, **session}, b"{}"))


def _look(phone: Phone, operation: Operation, page: Page, session: Session) -> Answer:
    reply = phone.request("GET", f"/v1/pleno/{operation.region}/tps/{operation.tps}", session)
    if reply.status != 200:
        return answered(phone, reply)
    seen = {form: _form(one) for form, one in orjson.loads(reply.body)["forms"].items()}
    return replace(answered(phone, reply, content={}), seen=seen)


def _form(shown: Mapping[str, Any]) -> SeenForm:
    pages = {
        int(page): (int(stored["revision"]), canonical(shown["numbers"][page]))
        for page, stored in shown["pages"].items()
    }
    return SeenForm(pages, str(shown["decision"]["decision"]) if shown["decision"] else "")


def _decide(phone: Phone, operation: Operation, page: Page, session: Session) -> Answer:
    decided = operation.decided
    assert decided is not None
    content = {
        "decision": decided.word,
        "basis": {str(number): revision for number, revision in decided.basis},
        "numbers": {str(number): orjson.loads(text) for number, text in decided.numbers},
        **({"reason": decided.reason} if decided.reason else {}),
    }
    path = f"/v1/pleno/{operation.region}/tps/{operation.tps}/forms/{operation.form}"
    headers = {**_JSON, **session, "Idempotency-Key": operation.key}
    return answered(phone, phone.request("POST", path, headers, orjson.dumps(content)))


def _finalise(phone: Phone, operation: Operation, page: Page, session: Session) -> Answer:
    path = f"/v1/pleno/{operation.region}/forms/{operation.form}/finalise"
    reply = phone.request("POST", path, {**_JSON, **session}, b"{}")
    answer = answered(phone, reply)
    if answer.reason != "not_decided":
        return answer
    return replace(answer, undecided=tuple(orjson.loads(reply.body).get("tps", ())))


def _bring_page(phone: Phone, operation: Operation, page: Page, session: Session) -> Answer:
    return _bring("backup", phone, operation, page, session, {"numbers": page.numbers, "reason": _WHY_BACKUP})


def _replace_photo(phone: Phone, operation: Operation, page: Page, session: Session) -> Answer:
    return _bring("photo", phone, operation, page, session, {"reason": _WHY_REPLACED})


def _bring(
    what: str, phone: Phone, operation: Operation, page: Page, session: Session, parts: Mapping[str, str]
) -> Answer:
    """A photo with fields of text before it; the photo is sent as it lies, never copied into a body."""
    fields = "".join(
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in parts.items()
    )
    photo = (
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="photo"; filename="page.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    body = ((fields + photo).encode(), *page.body, f"\r\n--{_BOUNDARY}--\r\n".encode())
    reply = phone.request(
        "POST",
        f"/v1/tps/{operation.tps}/forms/{operation.form}/pages/{operation.page}/{what}",
        {
            **session,
            "Content-Type": _FORM_TYPE,
            "Idempotency-Key": operation.key,
            "X-Photo-SHA256": page.photo_sha256,
        },
        body,
    )
    return answered(phone, reply)


def decided_under(key: str) -> str:
    """The key of the decision that a revision came with, "pleno/<key>/<page>"; any other key as it is."""
    return key.split("/")[1] if key.startswith("pleno/") else key


def decisions(audit: Callable[[str], Reply]) -> Iterator[Mapping[str, Any]]:
    """What plenos decided, from the stack's log; `audit` reads a path with the auditors' token."""
    for act in _log(audit):
        if act["act"] == "decide":
            yield {
                "kecamatan": act["region"], "tps": act["tps"], "form": act["form"], "word": act["decision"],
                "key": act["key"], "basis": act["basis"], "entries": act["entries"], "at": act["at"],
            }  # fmt: skip


def d_hasil(audit: Callable[[str], Reply]) -> Iterator[Mapping[str, Any]]:
    """The newest D.Hasil of every kecamatan and form, as the stack shows it."""
    made = {(act["region"], act["form"]): act for act in _log(audit) if act["act"] == "finalise"}
    for (region, form), act in made.items():
        if len(region) != _DIGITS_OF_KECAMATAN:
            continue
        reply = audit(f"/v1/pleno/{region}/forms/{form}/d-hasil")
        content = orjson.loads(reply.body)
        columns = {
            column["code"]: dict(zip(part["fields"], column["numbers"], strict=True))
            for part in content["contests"]
            for column in part["columns"]
        }
        totals: dict[str, int] = {}
        for part in content["contests"]:
            for field, number in zip(part["fields"], part["totals"], strict=True):
                totals[field] = totals.get(field, 0) + number
        yield {
            "kecamatan": region, "form": form, "version": content["version"],
            "state": reply.headers.get("x-d-hasil-state", ""), "sha256": act["sha256"],
            "columns": columns, "totals": totals, "at": act["at"],
        }  # fmt: skip


def _log(audit: Callable[[str], Reply]) -> Iterator[Mapping[str, Any]]:
    cursor: Any = 0
    while cursor is not None:
        content = orjson.loads(audit(f"/v1/audit/pleno?limit=1000&after={cursor}").body)
        yield from content["rows"]
        cursor = content["next"]


VERBS: Mapping[str, Callable[[Phone, Operation, Page, Session], Answer]] = {
    "pleno_open": _open,
    "pleno_tps": _look,
    "pleno_decide": _decide,
    "pleno_finalise": _finalise,
    "backup_page": _bring_page,
    "replace_photo": _replace_photo,
}
