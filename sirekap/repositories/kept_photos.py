"""Which photos the database speaks of: those that a backup must hold."""

REFERENCED = (
    "SELECT sha256 FROM page_revision UNION SELECT web_sha256 FROM reading WHERE web_sha256 IS NOT NULL"
)
"""Digests of photos as they were sent, and of their copies for the public page."""
EXPORT_SNAPSHOT = "SELECT pg_export_snapshot()"
"""Names what this transaction sees, so that pg_dump sees the same."""
