"""The parts one worker is made of, wired once at its start."""

from dataclasses import dataclass

from starlette.requests import Request

from sirekap.api.identity import Identity
from sirekap.database.access import Database
from sirekap.operations.measures import Measures
from sirekap.overload.admission import Admission
from sirekap.overload.portions import Portions
from sirekap.overload.shares import Shares
from sirekap.overload.work import Work
from sirekap.photos.completeness import PhotoCheck
from sirekap.photos.partial import PartialPhotos
from sirekap.photos.store import PhotoStore
from sirekap.planting import plant
from sirekap.recall.recall import Recall
from sirekap.repositories.accounts import Accounts
from sirekap.repositories.audit import Audit
from sirekap.repositories.confirmations import Confirmations
from sirekap.repositories.contests import Contests
from sirekap.repositories.copies import Copies
from sirekap.repositories.d_hasil import Results
from sirekap.repositories.history import History
from sirekap.repositories.ledger import PageLedger
from sirekap.repositories.pages import DatabasePageRows
from sirekap.repositories.pleno import Plenos
from sirekap.repositories.progress import Progress
from sirekap.repositories.public_results import PublicResults
from sirekap.repositories.readings import Readings
from sirekap.repositories.recap import Recap
from sirekap.repositories.registration import Registration
from sirekap.repositories.resets import Resets
from sirekap.repositories.sessions import Sessions
from sirekap.repositories.stations import Stations
from sirekap.repositories.uploads import Uploads
from sirekap.security.access import Confinement
from sirekap.security.passwords import Passwords
from sirekap.security.tries import Tries
from sirekap.settings import Settings


@dataclass(frozen=True)
class Secrets:
    """Tokens and keys the API needs."""

    admin_token: str
    audit_token: str
    activation_pepper: str


@dataclass(frozen=True)
class Parts:
    """Everything an endpoint may use."""

    settings: Settings
    secrets: Secrets
    database: Database
    photos: PhotoStore
    partial: PartialPhotos
    recall: Recall
    shares: Shares
    measures: Measures
    passwords: Passwords
    tries: Tries
    receiving: Admission
    receiving_of_tps: Portions
    storing: Admission
    reads: Admission
    drawing: Admission
    registration: Registration
    accounts: Accounts
    sessions: Sessions
    resets: Resets
    stations: Stations
    ledger: PageLedger
    contests: Contests
    confirmations: Confirmations
    progress: Progress
    readings: Readings
    history: History
    uploads: Uploads
    copies: Copies
    results: PublicResults
    recap: Recap
    audit: Audit
    identity: Identity
    confinement: Confinement
    photo_check: PhotoCheck


def wire(
    settings: Settings,
    secrets: Secrets,
    database: Database,
    uploading: Database,
    photos: PhotoStore,
    partial: PartialPhotos,
    recall: Recall,
    shares: Shares,
    measures: Measures,
) -> Parts:
    """Build the parts."""
    defects = settings.defects
    ledger = PageLedger(plant(DatabasePageRows, defects)(uploading))
    contests = Contests(database, settings.contests_trusted_s)
    sessions = plant(Sessions, defects)(database, recall, settings, uploading)
    return Parts(
        settings=settings,
        secrets=secrets,
        database=database,
        photos=photos,
        partial=partial,
        recall=recall,
        shares=shares,
        measures=measures,
        passwords=plant(Passwords, defects)(
            settings, shares.gates[Work.LOGIN], measures.hash_seconds.observe
        ),
        tries=plant(Tries, defects)(recall, settings),
        receiving=Admission(
            "upload",
            slots=settings.uploads_in_flight,
            queue_limit=0,
            wait_limit_s=settings.upload_deadline_s,
            typical_s=1.0,
        ),
        receiving_of_tps=Portions("upload", settings.uploads_of_tps),
        storing=Admission(
            "upload",
            slots=settings.disk_threads,
            queue_limit=settings.uploads_in_flight,
            wait_limit_s=settings.disk_wait_limit_s,
            typical_s=0.02,
        ),
        reads=Admission(
            "read",
            slots=settings.reads_in_flight,
            queue_limit=settings.reads_queue,
            wait_limit_s=settings.read_wait_limit_s,
            typical_s=0.005,
        ),
        drawing=Admission(
            "copy",
            slots=1,  # drawing holds the interpreter: one at a time leaves the event loop its turns
            queue_limit=settings.copies_queue,
            wait_limit_s=settings.copy_wait_limit_s,
            typical_s=0.3,
        ),
        registration=Registration(database),
        accounts=Accounts(database),
        sessions=sessions,
        resets=Resets(database),
        stations=Stations(database),
        ledger=ledger,
        contests=contests,
        confirmations=Confirmations(database),
        progress=plant(Progress, defects)(database),
        readings=Readings(database),
        history=History(database),
        uploads=Uploads(database, settings),
        copies=Copies(database),
        results=plant(PublicResults, defects)(database),
        recap=Recap(Plenos(database), plant(Results, defects)(database), ledger, contests),
        audit=Audit(database),
        identity=plant(Identity, defects)(secrets.admin_token, secrets.audit_token, sessions),
        confinement=plant(Confinement, defects)(),
        photo_check=plant(PhotoCheck, defects)(),
    )


def parts_of(request: Request) -> Parts:
    """The parts of the worker that serves this request."""
    parts: Parts = request.app.state.parts
    return parts
