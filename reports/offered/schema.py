"""Columns of offered load: one row a trial, one row an attempt, one row of each generator of a trial.

Latency is ended_s - due_s, lateness of the generator began_s - due_s of the first attempt of each `number`;
both in seconds of the trial, which began at `began_epoch_s`.
"""

import pyarrow as pa

TRIALS_FILE, ATTEMPTS_FILE = "trials.parquet", "attempts.parquet"
GENERATORS_FILE = "generators.parquet"

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

GENERATORS = pa.schema(
    [
        ("trial", pa.uint32()),
        ("generator", pa.uint16()),
        ("host", pa.string()),
        ("pid", pa.uint32()),
        ("elsewhere", pa.bool_()),  # on another machine than the conductor
        ("part", pa.uint16()),  # its own are requests of an open trial whose number leaves this
        ("of", pa.uint16()),  # when divided by that
        ("asked", pa.uint32()),  # requests that it began
        ("late_p99_ms", pa.float64()),
        ("own_share", pa.float64()),  # of its core
        ("offset_s", pa.float64()),  # what its clock showed more than the conductor's before the trial
        ("uncertainty_s", pa.float64()),  # of that: half the round trip
        ("died", pa.string()),  # why, if it did: what it offered in this trial is then not on record
    ]
)
