"""How gladi speaks to the example vendor's system: one class, one method for each kind of operation.

The key of its administration comes from VENDOR_ADMIN_KEY, in every process of a run.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from gladi.http import InDoubtError, NotSentError, Reply
from gladi.materials import Page
from gladi.targets.over_http import OverHttp, environment, fields, said
from gladi.targets.protocol import Phone, Said, Shown
from scenarios import Regency
from simulators.operations import Answer, Operation
from simulators.population import Population

_WORDS = {
    "lembar_belum_ada": "page_missing",
    "lembar_sudah_ada": "page_exists",
    "kunci_terpakai": "key_reused",
}
"""What the checkers have a word for; the rest is kept as the system says it."""


class ExampleVendor(OverHttp):
    """Photo and numbers of a page are two requests; a page has a receipt when both were answered."""

    # before and after the run

    def prepare(self, place: Regency, population: Population, forms: Sequence[str]) -> None:
        """TPS and two accounts each, 500 TPS at a time; the regions are the beginnings of their codes."""
        tps = [
            (str(code), int(number)) for code, number in zip(population.tps, population.number, strict=True)
        ]
        for start in range(0, len(tps), 500):
            some = tps[start : start + 500]
            accounts = [(f"{code}-{operator}", code) for code, _ in some for operator in (1, 2)]
            content = {
                "lokasi": [{"tps": code, "nomor": number} for code, number in some],
                "akun": [
                    {"akun": name, "tps": code, "kode": self.activation_code(name)} for name, code in accounts
                ],
            }
            self.directly("POST", "/api/pendaftaran", content, _admin())

    def readback(self) -> Iterator[Mapping[str, Any]]:
        """Every revision, cursor by cursor; each photo is fetched as the public would."""
        cursor: Any = 0
        while cursor is not None:
            content = fields(self.directly("GET", f"/api/ekspor?sesudah={cursor}", headers=_admin()))
            for row in content["baris"]:
                account_tps, _, operator = str(row["akun"]).rpartition("-")
                yield {
                    "tps": row["tps"], "form": "ppwp", "page": row["halaman"], "revision": row["revisi"],
                    "current": row["berlaku"], "receipt": row["tanda_terima"], "key": row["kunci"],
                    "account_tps": account_tps, "operator": int(operator),
                    "content_sha256_claimed": row["foto"],
                    "photo": self.fetched(f"/publik/foto/{row['foto']}"),
                    "numbers": row["angka"], "stored_at": row["disimpan"],
                }  # fmt: skip
            cursor = content["berikut"]

    # during the run

    def activate(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """With the code of the registration. This vendor has no help desk: another phone stays outside."""
        account = self.account(operation)
        content = {
            "kode": self.activation_code(account),
            "sandi": self.password(operation),
            "perangkat": self.device(operation),
        }
        return self._told(phone, self.send(phone, "POST", f"/api/akun/{account}/aktivasi", content))

    def login(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """Opens a session."""
        content = {
            "akun": self.account(operation),
            "sandi": self.password(operation),
            "perangkat": self.device(operation),
        }
        reply = self.send(phone, "POST", "/api/sesi", content)
        if reply.status == 201:
            self.opens(phone, operation, fields(reply)["kunci_sesi"])
        return self._told(phone, reply)

    def logout(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """Ends it."""
        session = self.session(phone, operation)
        reply = self.send(phone, "DELETE", "/api/sesi", headers={"X-Sesi": session})
        if reply.status in {204, 401}:
            self.ends(operation, session)
        return self._told(phone, reply)

    def tps(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """What the phone's own TPS votes on."""
        path = f"/api/lokasi/{operation.account_tps}"
        return self._told(phone, self.send(phone, "GET", path, headers=self._session(phone, operation)))

    def submit_page(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """First the photo as it is, then the numbers that name it."""
        session = self._session(phone, operation)
        path = f"/api/lokasi/{operation.tps}/lembar/{operation.page}"
        headers = {**session, "Content-Type": "image/jpeg", "X-Sidik": page.photo_sha256}
        reply = phone.request("PUT", f"{path}/foto", headers, page.photo)
        sent = phone.sent
        if reply.status == 201:
            content = {
                "kunci": operation.key, "foto": fields(reply)["foto"], "angka": json.loads(page.numbers)
            }  # fmt: skip
            reply = self.send(phone, "PUT", f"{path}/angka", content, session)
            phone.sent += sent
        return self._told(phone, reply)

    def confirm(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """Says whether the numbers are those of the sheet."""
        content = {"kunci": operation.key, "sesuai": operation.agree}
        path = f"/api/lokasi/{operation.tps}/persetujuan"
        return self._told(phone, self.send(phone, "POST", path, content, self._session(phone, operation)))

    def correct(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """A further revision."""
        content = {
            "kunci": operation.key, "angka": json.loads(page.numbers), "alasan": "tidak sesuai dengan C.Hasil"
        }  # fmt: skip
        path = f"/api/lokasi/{operation.tps}/lembar/{operation.page}/angka"
        return self._told(phone, self.send(phone, "PATCH", path, content, self._session(phone, operation)))

    def status(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """Which pages are there, as bits."""
        path = f"/api/lokasi/{operation.tps}/lembar"
        reply = self.send(phone, "GET", path, headers=self._session(phone, operation))
        stored = sum(1 << int(one["halaman"]) for one in fields(reply).get("lembar", ()))
        return self.answer(phone, reply, stored_pages=stored, reason=_word(reply))

    def national(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """The nation's sums."""
        return self._told(phone, self.send(phone, "GET", "/publik/rekap/0"))

    def region(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """A region's sums."""
        return self._told(phone, self.send(phone, "GET", f"/publik/rekap/{operation.region}"))

    def tps_page(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """What the public sees of a TPS."""
        return self._told(phone, self.send(phone, "GET", f"/publik/lokasi/{operation.tps}"))

    def photo(self, phone: Phone, operation: Operation, page: Page) -> Answer:
        """A reader opens the page of the TPS, then its first photo."""
        reply = self.send(phone, "GET", f"/publik/lokasi/{operation.tps}")
        shown = fields(reply).get("lembar", ())
        if shown:
            reply = self.send(phone, "GET", f"/publik/foto/{shown[0]['foto']}")
        return self._told(phone, reply)

    def junk(self, phone: Phone, operation: Operation) -> Answer:
        """Garbage where logins and photos are taken."""
        if operation.kind == "submit_page":
            path = f"/api/lokasi/{operation.tps}/lembar/{operation.page}/foto"
            return self._told(phone, phone.request("PUT", path, {}, operation.key.encode() * 16))
        return self._told(phone, phone.request("POST", "/api/sesi", {}, operation.key.encode()))

    # beside the run: with these two it can be watched

    def shown(self, phone: Phone, place: str, form: str) -> Shown:
        """The sums of a region, or the pages of a TPS."""
        station = len(place) == 13
        reply = self.send(phone, "GET", f"/publik/{'lokasi' if station else 'rekap'}/{place}")
        if reply.status != 200:
            return Shown(reply.status)
        content = fields(reply)
        as_of_epoch_s = datetime.fromisoformat(content["per"]).timestamp()
        if not station:
            return Shown(
                200, as_of_epoch_s, content["jumlah_tps"], content["tps_masuk"], tuple(content["suara"])
            )
        pages = {one["halaman"]: one for one in content["lembar"]}
        votes = tuple(int(pages[2]["angka"][f"suara_{pair}"]) for pair in (1, 2, 3)) if 2 in pages else ()
        photos = tuple(one["foto"] for one in pages.values())
        return Shown(200, as_of_epoch_s, 1, int(bool(votes)), votes, photos)

    def says(self, phone: Phone, *, gauges: bool) -> Iterator[Said]:
        """One probe for both: it answers only when its database does. One gauge, with its bound."""
        try:
            reply = self.send(phone, "GET", "/sehat")
        except (NotSentError, InDoubtError):
            yield Said("ready", math.nan)
            yield Said("alive", math.nan)
            return
        yield Said("ready", float(reply.status == 200))
        yield Said("alive", float(reply.status == 200))
        told = fields(reply)
        if gauges and told:
            yield Said("sessions", float(told["sesi"]), float(told["sesi_terbanyak"]))

    def _session(self, phone: Phone, operation: Operation) -> dict[str, str]:
        return {"X-Sesi": self.session(phone, operation)}

    def _told(self, phone: Phone, reply: Reply) -> Answer:
        return self.answer(phone, reply, said(reply, "tanda_terima"), reason=_word(reply))


def _word(reply: Reply) -> str:
    word = said(reply, "kesalahan")
    return _WORDS.get(word, word)


def _admin() -> dict[str, str]:
    key = environment("VENDOR_ADMIN_KEY", "the key with which TPS are registered and results exported")
    return {"X-Kunci-Admin": key}
