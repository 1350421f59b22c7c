"""Which photo store a process gets: S3 where the settings name a store, else files in its directory."""

from collections.abc import Mapping
from pathlib import Path

from sirekap.photos.disk import Disk, DiskPhotos
from sirekap.photos.store import PhotoStore
from sirekap.planting import plant
from sirekap.settings import Settings


def open_photos(folder: Path, settings: Settings, keys: Mapping[str, str], owner: str) -> PhotoStore:
    """The photo store of process `owner`, such as "api-1"; `keys` are the stack's secrets.

    Photos lie in `folder`, or are on their way through it to the object store.
    """
    if not settings.objects_url:
        return plant(DiskPhotos, settings.defects)(
            folder,
            owner,
            threads=settings.disk_threads,
            buffer_bytes=settings.upload_buffer_bytes,
            disk=plant(Disk, settings.defects)(),
        )
    from sirekap.photos.objects import Bucket, ObjectPhotos  # the embedded profile need not load it

    bucket = Bucket(
        settings.objects_url,
        settings.objects_bucket,
        keys["objects_access_key"],
        keys["objects_secret_key"],
    )
    return ObjectPhotos(
        bucket, folder, wait_s=settings.objects_wait_s, buffer_bytes=settings.upload_buffer_bytes
    )
