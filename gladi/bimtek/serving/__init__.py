"""The practice site of a Bimtek: trainees photograph, send and correct with their own phones, and get marked.

    phone ── site (this process) ──> the reference stack, over its public API, unchanged
                │
                └── journal.sqlite   sessions, attempts, what was sent, marks: a restart goes on where it was

lesson      a pack as the site plays it: sheets, labels, keys
telephone   what an app says to the stack
journal     what is kept
desk        opens places of work at the stack, one an attempt
marking/    what a photo, a number, a sum and a correction are worth, in plain words
site, board what trainees and trainers ask for
running     the command: stack, site, QR codes, the end
"""
