"""Which checker must see which planted defect of the reference stack.

Two names where a defect can show in two ways, of which either is the right one.
"""

from collections.abc import Mapping

SEEN_BY: Mapping[str, tuple[str, ...]] = {
    "ack_before_commit": ("lost",),
    "failure_answered_200": ("lost",),
    "database_fsync_off": ("lost",),
    "commit_not_synchronous": ("lost",),
    "photo_folder_not_fsynced": ("lost",),
    "photo_not_fsynced": ("lost", "torn"),
    "disk_full_swallowed": ("lost", "torn"),
    "retry_not_idempotent": ("duplicated",),
    "truncated_photo_accepted": ("torn",),
    "corrupted_photo_accepted": ("torn",),
    "photo_recompressed": ("altered",),
    "count_wraps": ("altered",),
    "foreign_write_accepted": ("crossed",),
    "neighbours_mixed": ("crossed", "altered"),
    "late_retry_wins": ("reordered",),
    "total_counts_revisions": ("miscounted",),
    "level_left_out": ("miscounted",),
    "cache_never_invalidated": ("stale",),
    "page_never_published": ("hidden",),
    "workers_disagree": ("regressed",),
    "sessions_in_memory": ("forgotten",),
    "session_outlives_logout": ("unauthorised",),
    "password_unchecked": ("unauthorised",),
    "no_session_needed": ("unauthorised",),
    "lockout_by_strangers": ("false_refusal",),
    "pool_never_reconnects": ("false_refusal",),
    "receipt_of_another": ("untruthful",),
    "status_lies": ("untruthful",),
    "health_lies": ("untruthful",),
    "photos_kept_in_memory": ("unbounded",),
    "retries_without_end": ("unbounded",),
    "recap_of_first_figures": ("unfaithful",),
    "recap_misadds": ("unfaithful",),
    "replacement_dropped": ("lost",),
}
