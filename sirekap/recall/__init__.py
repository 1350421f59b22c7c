"""Short-lived memory: recent answers, counters of attempts, wake-up hints.

Nothing that must not be lost is kept here. Whoever uses it works without it too, only slower.
"""
