"""The room in which a class practises: everything that the endpoints share."""

import hmac
import secrets
from dataclasses import dataclass, field
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from gladi.bimtek.serving import limits
from gladi.bimtek.serving.desk import Desk
from gladi.bimtek.serving.journal import Journal
from gladi.bimtek.serving.lesson import Lesson
from gladi.bimtek.serving.limits import Counter
from gladi.bimtek.serving.marker import Marker
from gladi.bimtek.serving.requests import Refusal
from gladi.bimtek.serving.telephone import Telephone


@dataclass(frozen=True)
class Secrets:
    """`trainer_code` is told to the trainer's terminal; `seed` never leaves this machine."""

    trainer_code: str
    seed: str

    @property
    def trainer_token(self) -> str:
        """What the trainer's page holds after the code was given; the same after a restart."""
        return sha256(f"{self.seed}:trainer:{self.trainer_code}".encode()).hexdigest()


@dataclass
class Room:
    """`url` is where phones find the site."""

    lesson: Lesson
    journal: Journal
    telephone: Telephone
    desk: Desk
    marker: Marker
    secrets: Secrets
    url: str
    uploads: int = 0
    logins_of_account: Counter = field(default_factory=lambda: Counter(limits.LOGINS_OF_ACCOUNT))
    logins_of_address: Counter = field(default_factory=lambda: Counter(limits.LOGINS_OF_ADDRESS))
    trainer_tries: Counter = field(default_factory=lambda: Counter(limits.TRAINER_TRIES))
    requests: Counter = field(default_factory=lambda: Counter(limits.REQUESTS_OF_ADDRESS))
    photos: Counter = field(default_factory=lambda: Counter(limits.PHOTOS_OF_TRAINEE))
    attempts: Counter = field(default_factory=lambda: Counter(limits.ATTEMPTS_OF_TRAINEE))

    async def trainee_of(self, request: Request) -> str:
        """Whose session asks; Refusal 401 for nobody's."""
        whose = await run_in_threadpool(self.journal.whose, bearer(request))
        if whose is None:
            raise Refusal(401, "session_unknown", "Anda belum masuk, atau sesi Anda sudah berakhir.")
        return whose[0]

    def refuse_strangers(self, request: Request) -> None:
        """Only the trainer goes on."""
        if not hmac.compare_digest(bearer(request).encode(), self.secrets.trainer_token.encode()):
            raise Refusal(401, "not_the_trainer", "Masukkan kode pelatih.")


def room_of(request: Request) -> Room:
    """The room of this site."""
    room: Room = request.app.state.room
    return room


def bearer(request: Request) -> str:
    """The token of a request, "" without one."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def address_of(request: Request) -> str:
    """Where a request comes from, as the socket says; no header is believed."""
    return request.client.host if request.client else "?"


def refuse_many(counter: Counter, key: str, says: str) -> None:
    """Refusal 429 when a limit is reached."""
    wait_s = counter.wait_s(key)
    if wait_s:
        raise Refusal(429, "too_many", says, wait_s)


def new_code() -> str:
    """Eight characters that nobody confuses, in two groups: 40 bits."""
    letters = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
    drawn = "".join(secrets.choice(letters) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"
