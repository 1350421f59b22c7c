"""What lies in the folder of a readiness check: everything that is judged, and nothing else is asked.

readiness.json       what was asked (thresholds, sources, sample), when, and what was found scenario.toml
the scenario as it was regions.parquet      kecamatan that must be covered: names, TPS activation.parquet
accounts and how many of them are active, by area arrivals.parquet     the predicted day: requests by kind
and minute, for each seed calls.parquet        the predicted help desk: calls by reason and hour, for each
seed needs.parquet        TPS without signal, with unsteady signal, and at risk of a power cut plans.parquet
what is planned for them, and which role answers for it; absent if nobody said evidence/
measurements of capacity, certificates of claims, the last rehearsal, the register of risks
"""

import pyarrow as pa

FILE = "readiness.json"
VERSION = 1

REGIONS_FILE, ACTIVATION_FILE = "regions.parquet", "activation.parquet"
ARRIVALS_FILE, CALLS_FILE = "arrivals.parquet", "calls.parquet"
NEEDS_FILE, PLANS_FILE = "needs.parquet", "plans.parquet"
EVIDENCE = "evidence"

REGIONS = pa.schema(
    [
        ("code", pa.string()),  # kecamatan, six digits
        ("name", pa.string()),
        ("regency", pa.string()),  # "17.08"
        ("regency_name", pa.string()),
        ("tps", pa.int64()),
    ]
)

ACTIVATION = pa.schema(
    [
        ("seed", pa.int64()),  # of the forecast or run; 0 of real figures
        ("code", pa.string()),  # digits: province 2, regency 4, kecamatan 6, desa 10, TPS 13
        ("accounts", pa.int64()),
        ("active", pa.int64()),
    ]
)

ARRIVALS = pa.schema(
    [
        ("seed", pa.int64()),
        ("kind", pa.string()),
        ("minute", pa.timestamp("s")),  # local time of the story
        ("count", pa.int64()),  # requests of the sampled TPS that reached for the system in this minute
        ("again", pa.int64()),  # of these, second and further attempts at the same thing
    ]
)

CALLS = pa.schema(
    [
        ("seed", pa.int64()),
        ("hour", pa.timestamp("s")),  # local time of the story
        ("why", pa.string()),  # activate | login | send | barred | question
        ("count", pa.int64()),
    ]
)

CONDITIONS = ("no_signal", "unsteady", "power")

NEEDS = pa.schema(
    [
        ("area", pa.string()),  # kecamatan, six digits
        ("tps", pa.string()),  # "" where only their number is known
        ("condition", pa.string()),  # one of CONDITIONS
        ("count", pa.float64()),  # TPS; of power: TPS expected to lose it during the count
        ("travel_s", pa.float64()),  # one way to signal; NaN where it is not known
    ]
)

PLANS = pa.schema(
    [
        ("code", pa.string()),  # TPS or kecamatan
        ("condition", pa.string()),
        ("plan", pa.string()),
        ("role", pa.string()),
    ]
)
