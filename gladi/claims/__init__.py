"""Putting claims to the test: whether it can be decided here, then the least load that decides it."""
