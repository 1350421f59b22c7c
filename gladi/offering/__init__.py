"""Offering requests to a system at a chosen rate: what calibration, capacity and claims stand on.

`ground` is a system with its crowd let in, `crowd` makes the next request of a kind, `generator` sends it
when it is due.
"""
