"""What is tidied up in a stack: ended sessions, uploads nobody finished, photos without a page."""

from datetime import timedelta

from sirekap.database.access import Database
from sirekap.photos.partial import PartialPhotos
from sirekap.photos.store import PhotoStore
from sirekap.photos.sweeping import OrphanSweep, sweep_partial
from sirekap.recall.recall import Recall
from sirekap.repositories.photo_references import PhotoReferences
from sirekap.repositories.sessions import Sessions
from sirekap.repositories.uploads import Uploads
from sirekap.settings import Settings
from sirekap.work.housekeeping import Chore

SESSIONS_A_ROUND = 10_000


def chores(
    database: Database, photos: PhotoStore, partial: PartialPhotos, recall: Recall, settings: Settings
) -> tuple[Chore, ...]:
    """Each does a bounded piece of its work in every round."""
    sessions, uploads = Sessions(database, recall, settings), Uploads(database, settings)
    orphans = OrphanSweep(photos, PhotoReferences(database).of, timedelta(seconds=settings.orphan_age_s))
    return (
        Chore("ended sessions", lambda: sessions.delete_expired(SESSIONS_A_ROUND)),
        Chore(
            "uploads not finished",
            lambda: sweep_partial(
                partial, uploads.forget_expired, uploads.known, settings.resumable_lifetime_s
            ),
        ),
        Chore("photos without a page", orphans.further),
    )
