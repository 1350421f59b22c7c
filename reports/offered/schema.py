"""Columns of offered load: one row a trial, one row an attempt.

Latency is ended_s - due_s, lateness of the generator began_s - due_s of the first attempt of each `number`;
both in seconds of the trial, which began at `began_epoch_s`.
"""

import pyarrow as pa

TRIALS_FILE, ATTEMPTS_FILE = "trials.parquet", "attempts.parquet"

BECAME = ("good", "refused", "gave_up", "broken")
"""Answered well in time; refused (429, 503); not answered in time; connection refused, lost, or 5xx."""

TRIALS = pa.schema(
    [
        ("trial", pa.uint32()),
        ("what", pa.string()),  # a kind of operation, or "mixed"
        ("rate_per_s", pa.float64()),  # asked for; 0 where clients asked again on each answer, or all at once
        ("seconds", pa.float64()),  # of the whole trial, warm-up included
        ("warm_s", pa.float64()),  # from 0 on, not judged
        ("seed", pa.int64()),
        ("began_epoch_s", pa.float64()),
        ("late_p99_ms", pa.float64()),
        ("own_share", pa.float64()),  # of its core, the busiest generator's
        ("valid", pa.bool_()),  # says something about the server
        ("why", pa.string()),  # not, if it does not
        ("how", pa.string()),  # open | closed | burst
        ("clients", pa.uint32()),  # of a closed trial; 0 otherwise
        ("purpose", pa.string()),  # what the trial was for, in the words of the command
    ]
)

ATTEMPTS = pa.schema(
    [
        ("trial", pa.uint32()),
        ("number", pa.uint32()),  # of the request; further tries share it
        ("kind", pa.string()),
        ("due_s", pa.float64()),
        ("began_s", pa.float64()),
        ("ended_s", pa.float64()),
        ("became", pa.string()),  # good | refused | gave_up | broken
        ("status", pa.uint16()),  # HTTP, 0 where no answer came
        ("key", pa.string()),  # of a page sent; "" otherwise
        ("receipt", pa.string()),  # that the system gave for it
    ]
)
