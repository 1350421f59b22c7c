"""Which photo store a process gets: S3 where the settings name a store, else files in its directory."""

from collections.abc import Mapping

from sirekap.photos.disk import DiskPhotos
from sirekap.photos.objects import Bucket, ObjectPhotos
from sirekap.settings import Settings
from sirekap.stack.layout import Layout


def open_photos(
    layout: Layout, settings: Settings, keys: Mapping[str, str], owner: str
) -> DiskPhotos | ObjectPhotos:
    """The photo store of process `owner`, such as "api-1"; `keys` are the stack's secrets."""
    if not settings.objects_url:
        return DiskPhotos(
            layout.photos, owner, threads=settings.disk_threads, buffer_bytes=settings.upload_buffer_bytes
        )
    bucket = Bucket(
        settings.objects_url,
        settings.objects_bucket,
        keys["objects_access_key"],
        keys["objects_secret_key"],
    )
    return ObjectPhotos(
        bucket, layout.photos, wait_s=settings.objects_wait_s, buffer_bytes=settings.upload_buffer_bytes
    )
