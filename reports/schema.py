"""Columns of the run directory: the one record format that every reader of gladi shares.

Whoever writes a run (the live driver, the twin) writes these schemas; whoever judges one reads them. Times
are seconds of the run clock unless a name says otherwise; digests are lower-case hex, '' where there is none.
"""

import pyarrow as pa

RUN_VERSION = 2
"""Version of the run directory. It changes when an old reader would misread a new directory."""

KINDS = (
    "activate",
    "login",
    "logout",
    "tps",
    "submit_page",
    "confirm",
    "correct",
    "status",
    "national",
    "region",
    "tps_page",
    "photo",
    "pleno_open",
    "pleno_tps",
    "pleno_decide",
    "pleno_finalise",
    "backup_page",
    "replace_photo",
)
"""Every kind of operation in a history."""

WRITES = ("submit_page", "correct", "backup_page", "replace_photo")
"""Kinds that store a revision of a page, and so appear in the readback. A `pleno_decide` with a page stores
one, too: it corrects that page."""

STAFF = ("pps", "ppk", "kpu")
"""Actors above the KPPS; `account_tps` is then the code of their region ("1708042001", "170804", "17.08")."""
ACCOUNT_HOLDERS = ("kpps", *STAFF)
"""Actors with accounts."""

UNREADABLE = "unreadable"
"""`reason` of an acknowledged page whose photo was so blurred or dark that nobody can read it. That of an
acknowledged `pleno_decide` is the word that was decided: sesuai, dikoreksi, entri."""

OUTCOMES = ("ok", "fail", "unknown")
"""`ok` acknowledged, `fail` refused or never sent, `unknown` may or may not have happened."""

PROBE_TRUNCATED = "probe:truncated_photo"
PROBE_CORRUPTED = "probe:corrupted_photo"
PROBE_FOREIGN = "probe:foreign_write"
PROBE_NO_SESSION = "probe:no_session"
PROBE_ENDED_SESSION = "probe:ended_session"
PROBE_WRONG_PASSWORD = "probe:wrong_password"
"""`reason` of a history row with expect == "reject": which promise the probe puts to the test."""

WORKER_DIED = "worker_died"
"""`reason` of what a load worker had in hand when it died: it may or may not have happened."""

OWN_LINK = ("link_lost", "unsupported", WORKER_DIED)
"""Reasons for which no server is to blame: the phone lost its signal in mid-request, the target has no such
operation and nothing was sent, or the load worker that waited for the answer died."""

ANSWERS = (404, 409)
"""Refusals that are right answers ("not there yet", "already there"), and so count as service."""

PAGE_FIELDS: dict[int, tuple[str, ...]] = {
    1: (
        *(f"dpt_{who}" for who in "lpj"),
        *(f"pengguna_dpt_{who}" for who in "lpj"),
        *(f"pengguna_dptb_{who}" for who in "lpj"),
        *(f"pengguna_dpk_{who}" for who in "lpj"),
        *(f"pengguna_total_{who}" for who in "lpj"),
        "ss_diterima",
        "ss_digunakan",
        "ss_dikembalikan",
        "ss_tidak_digunakan",
        *(f"disabilitas_{who}" for who in "lpj"),
    ),
    2: ("suara_1", "suara_2", "suara_3"),
    3: ("suara_sah", "suara_tidak_sah", "suara_total"),
}
"""Numbers on each page of the PPWP form, by field id."""

PAGES: dict[str, tuple[int, ...]] = {"ppwp": (1, 2, 3)}
"""What every TPS sends where a run directory has no `sheets.parquet` (see `reports.sheets`)."""

HISTORY = pa.schema(
    [
        ("op_id", pa.uint64()),
        ("kind", pa.string()),
        ("actor", pa.string()),  # kpps | pps | ppk | kpu | publik | iseng (junk, nothing is expected of it)
        ("tps", pa.string()),
        ("account_tps", pa.string()),  # TPS of the session that was used, or region of the staff's
        ("operator", pa.uint8()),  # 0 for staff
        ("form", pa.string()),
        ("page", pa.uint8()),
        ("attempt", pa.uint16()),
        ("area", pa.string()),  # kecamatan, six digits
        ("link", pa.string()),  # 4g 3g edge vsat
        ("intended_s", pa.float64()),
        ("started_s", pa.float64()),
        ("ended_s", pa.float64()),
        ("outcome", pa.string()),
        ("status", pa.uint16()),  # HTTP, 0 where no answer came
        ("reason", pa.string()),
        ("bytes_sent", pa.uint32()),
        ("bytes_received", pa.uint32()),
        ("content_sha256", pa.string()),
        ("numbers_sha256", pa.string()),
        ("key", pa.string()),
        ("receipt", pa.string()),
        ("session", pa.string()),  # fingerprint of the session that was used, of a login the one it gave
        ("stored_pages", pa.uint32()),  # of status: bit n for page n, as the system told the phone
        ("expect", pa.string()),  # accept | reject
        ("worker", pa.uint16()),
    ]
)
"""One row an operation. Latency is ended_s - intended_s, lateness of the generator started_s - intended_s."""

READBACK = pa.schema(
    [
        ("tps", pa.string()),
        ("form", pa.string()),
        ("page", pa.uint8()),
        ("revision", pa.uint16()),
        ("current", pa.bool_()),
        ("receipt", pa.string()),
        ("key", pa.string()),
        ("account_tps", pa.string()),
        ("operator", pa.uint8()),
        ("content_sha256_claimed", pa.string()),
        ("content_sha256_fetched", pa.string()),  # digest of the bytes fetched; '' if they could not be
        ("content_bytes", pa.int64()),
        ("content_whole", pa.bool_()),  # the fetched bytes are a JPEG from its first marker to its last
        ("votes", pa.list_(pa.int64())),  # of each contestant, in their order; empty on pages without votes
        ("numbers_sha256", pa.string()),
        ("numbers", pa.string()),  # JSON
        ("stored_at", pa.string()),
    ]
)
"""One row a stored revision, read from the system after everything has healed."""

SHEETS = pa.schema(
    [
        ("tps", pa.string()),
        ("form", pa.string()),
        ("page", pa.uint8()),
        ("contest", pa.string()),  # who stands: TPS of one contest vote for the same people
        ("votes", pa.list_(pa.int64())),  # as in READBACK
        ("numbers_sha256", pa.string()),
    ]
)
"""One row a sheet that a TPS has to send, with what is truly written on it; in the order of counting."""

PORTAL = pa.schema(
    [
        ("asked_s", pa.float64()),
        ("answered_s", pa.float64()),
        ("kind", pa.string()),  # region | tps
        ("place", pa.string()),  # "0" the nation, else the code of a region or TPS
        ("form", pa.string()),
        ("status", pa.uint16()),  # HTTP, 0 where no answer came
        ("as_of_s", pa.float64()),  # what the answer says of its own age, on the run clock; NaN if nothing
        ("expected_tps", pa.int64()),  # of a region
        ("counted_tps", pa.int64()),  # of a region: TPS whose votes are in the sums
        ("votes", pa.list_(pa.int64())),  # of each contestant, in their order; empty where none are shown
        ("photos", pa.list_(pa.string())),  # of a TPS: sha256 of the photos it shows
        ("settled", pa.bool_()),  # asked after everything had healed and the promised time had passed
    ]
)
"""What the public was shown, and when: one row an answer of the portal, during the run and after it."""

HEALTH = pa.schema(
    [
        ("asked_s", pa.float64()),
        ("answered_s", pa.float64()),
        ("name", pa.string()),  # ready | alive | a gauge such as reading_queue
        ("value", pa.float64()),  # ready and alive: 1 says yes, 0 says no, NaN no answer; else the gauge
        ("bound", pa.float64()),  # what the gauge may never exceed, by the system's own promise; NaN if none
        ("settled", pa.bool_()),
    ]
)
"""What the system said about itself, about twice a second, and once more after everything had healed."""

NOT_OFFERED = pa.schema(
    [
        ("tps", pa.string()),
        ("operator", pa.uint8()),
        ("from_s", pa.float64()),  # last that was heard of the worker that played it
        ("worker", pa.uint16()),
    ]
)
"""One row an operator that had begun, had not ended, and was played no further: its load worker died."""

RESOURCES = pa.schema(
    [
        ("t_s", pa.float64()),
        ("component", pa.string()),
        ("pid", pa.int64()),
        ("cpu_s", pa.float64()),  # cumulative
        ("rss_bytes", pa.int64()),
    ]
)
"""Samples of every process, of the component "machine" whose cpu_s is busy seconds of all cores, and of
"load_cores", those of the cores that the load has to itself."""

PEOPLE = pa.schema(
    [
        ("tps", pa.string()),
        ("number", pa.int16()),
        ("kecamatan", pa.string()),
        ("kecamatan_name", pa.string()),
        ("desa", pa.string()),
        ("desa_name", pa.string()),
        ("link", pa.string()),
        ("intermittent", pa.bool_()),
    ]
)
"""One row a TPS: who it is, how it reaches the network. True numbers follow, and other columns may."""

_PPWP = pa.schema([(field, pa.int16()) for page in (1, 2, 3) for field in PAGE_FIELDS[page]])

POPULATION = pa.schema([*PEOPLE, *_PPWP])
"""The same of Pemilu, with the true numbers of C.HASIL-PPWP."""

POPULATION_MORE = pa.schema([("no_signal", pa.bool_()), *_PPWP])
"""Columns of a population that reports use where they are there."""
