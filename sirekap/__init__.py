"""The reference system under test: a small, honest Sirekap-like server.

Officials (KPPS) activate their account, log in and send the three PPWP pages of their polling station (TPS),
each a photograph plus the numbers the phone read. The public reads totals and photos. A receipt is a promise:
it is given only after the photo is on disk (fsync of file and folder) and its row is committed.

How it is laid out, from the network inwards:

    api/           endpoints, thin: who may, what came, what to answer
    repositories/  one class a table family; the only place with SQL for it
    database/      bounded access to PostgreSQL and numbered migrations
    photos/        content-addressed files behind four verbs
    security/      password hashing off the event loop, tokens, who may write where
    overload/      admission control: refuse early instead of collapsing
    forms/         which numbers a page carries
    stack/         start, stop and restart the processes (``python -m sirekap up``)
    defects.py     planted defects, off by default, so that a harness can prove that it sees
    settings.py    every setting, in one place

It imports nothing of the rest of gladi and is reached over the network only.
"""
