"""Places of work at the stack: each attempt gets a practice TPS of its own.

The stack keeps a page for good, as it must; so an exercise that is tried again is tried at another TPS, which
only site and stack know of. The trainee goes on seeing the TPS of the card. A place of work lies in the
kecamatan of that TPS (who stands depends on it), in a village of its own, "9" and the trainee's number in the
class list: 999 attempts each. It has one account, which only this site uses; the account of the card is the
trainee's, and says at the stack who may log in from which phone.
"""

import secrets
import time
from hashlib import sha256

from gladi.bimtek.model import Trainee
from gladi.bimtek.serving.journal import Journal, Work
from gladi.bimtek.serving.lesson import Lesson
from gladi.bimtek.serving.telephone import Said, Telephone
from gladi.failures import CannotRunError
from gladi.registration import contests, regions

MOST_ATTEMPTS = 999
MOST_TRAINEES = 1000


class Desk:
    """Registers and opens; `secret` is this class's own, from which passwords of places of work follow."""

    def __init__(self, lesson: Lesson, telephone: Telephone, journal: Journal, secret: str) -> None:
        self._lesson = lesson
        self._telephone = telephone
        self._journal = journal
        self._secret = secret
        self._seats = {one.id: at for at, one in enumerate(lesson.pack.trainees)}

    def register(self) -> None:
        """Region, contest and the accounts of the cards; the same again changes nothing.

        Raises CannotRunError if the stack refuses.
        """
        lesson = self._lesson
        places = list({place.code: place for place in map(lesson.place, lesson.pack.trainees)}.values())
        for place in places:
            self._must({"regions": regions(place)})
        self._must(dict(contests(lesson.pack.seed, places, [lesson.pack.form])))
        stations = {one.tps: self._station(one.tps, one) for one in lesson.pack.trainees}
        accounts = [
            {"account": one.account, "tps": one.tps, "operator": one.operator,
             "activation_code": one.activation_code}
            for one in lesson.pack.trainees
        ]  # fmt: skip
        self._must({"tps": list(stations.values()), "accounts": accounts})

    def open(self, trainee: Trainee, exercise: int, attempt: int) -> Work | Said:
        """A place of work for an attempt, with its account logged in; or what the stack said instead."""
        used = len(self._journal.works(trainee.id))
        village = f"{trainee.tps[:6]}9{self._seats[trainee.id]:03d}"
        tps = f"{village}{used + 1:03d}"
        account, code = f"{tps}-1", self._derived("code", tps)
        said = self._telephone.register(
            {
                "regions": [{"code": village, "level": "kel_desa", "name": f"LATIHAN {trainee.id}",
                             "parent": trainee.tps[:6]}],
                "tps": [self._station(tps, trainee)],
                "accounts": [{"account": account, "tps": tps, "operator": 1, "activation_code": code}],
            }
        )  # fmt: skip
        if not said.good:
            return said
        said = self._telephone.activate(account, code, self._derived("password", tps), _device(tps))
        if not said.good:
            return said
        token = self.token(tps)
        if isinstance(token, Said):
            return token
        id = secrets.token_hex(8)
        return Work(id, trainee.id, exercise, attempt, tps, token, {}, time.time(), None, None)

    def token(self, tps: str) -> str | Said:
        """A session of a place of work, ready to write; or what the stack said instead."""
        said = self._telephone.login(f"{tps}-1", self._derived("password", tps), _device(tps))
        if not said.good:
            return said
        token = str(said.content["token"])
        said = self._telephone.initialise(token)
        return token if said.good else said

    def _station(self, tps: str, trainee: Trainee) -> dict[str, object]:
        own = {k: v for page in self._lesson.keys[trainee.id].own_sheet.values() for k, v in page.items()}
        return {
            "code": tps, "number": int(tps[10:]), "kecamatan": tps[:6], "kel_desa": tps[:10],
            "dpt_l": own.get("dpt_l", 0), "dpt_p": own.get("dpt_p", 0),
        }  # fmt: skip

    def _derived(self, what: str, tps: str) -> str:
        return sha256(f"{self._secret}:{what}:{tps}".encode()).hexdigest()[:24]

    def _must(self, body: dict[str, object]) -> None:
        said = self._telephone.register(body)
        if not said.good:
            raise CannotRunError(
                f"the practice stack refused what was registered ({said.status} {said.code}): "
                f"{said.content.get('detail', said.title)}"
            )


def _device(tps: str) -> str:
    return f"meja-{tps}"
