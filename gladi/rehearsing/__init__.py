"""`gladi rehearse`: a scenario played against a live system. `story` tells it from top to bottom.

asked    what was asked for, and how it ended
allowed  whether the system may be loaded
photos   the sheets that are photographed, and the room they take
stage    what stands before the start: `guard` (ledger, reaper), `sending` (load), `stack`, `network`
clock    the run clock
beside   who acts and looks beside the load
playing  the run followed to its end, and what breaks it off
healing  every fault, then the load, then the network
keeping  what is left on the disk
"""
