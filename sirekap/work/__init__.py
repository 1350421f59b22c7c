"""The worker process, behind the API: reads photos, publishes totals, tidies up.

    python -m sirekap.work DIR NAME READY_FD

Each of these is a loop that knows nothing of the others and is kept going when it fails. Any number of
workers may run; what must happen once is decided in the database.
"""
