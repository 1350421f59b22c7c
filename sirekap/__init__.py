"""The reference system under test: a small, honest Sirekap-like server.

Officials (KPPS) activate their account, log in and send the sheets of their polling station (TPS), each a
photograph and the numbers the phone read. A worker reads the photographs again; committees recapitulate from
the kecamatan to the nation; the public reads totals, sheets and photos. A receipt is a promise: it is given
only after the photo is on disk (fsync of file and folder) and its row is committed.

Rooms, from the network inwards; each imports from those below it only (`tests/test_house.py`):

    api/           endpoints, thin: who may, what came, what to answer
    work/          the worker process: reads photos, counts for the public, tidies up
    operations/    logs, metrics, readiness, backup and restore, the OpenAPI document
    stack/         start, stop and restart the processes of a profile (``python -m sirekap up``)
    defects/       planted defects, off by default; planting.py puts them in place
    copies/        a form as a PDF for the witnesses
    repositories/  one class a table family; the only place with SQL for it
    database/      bounded access to PostgreSQL and numbered migrations
    reading/       what a photographed sheet says: pure
    pleno/         rules and sheets of the recap: no tables, no HTTP
    portal/        how the public sees a count: rules, the page, KPU's layout
    photos/        photos by their digest: on disk or in an object store
    forms/         contests, layouts, numbers and rules of a C.HASIL
    security/      roles and regions, password hashing off the event loop, tokens, tries
    recall/        short-lived memory: of the process, or Redis
    overload/      admission by class of work: refuse early instead of collapsing
    settings.py    every setting with its unit and reason; titles.py: every refusal in Indonesian

It imports nothing of the rest of gladi and is reached over the network only.
"""
