"""Planted defects: known ways to be wrong, off by default, so that a harness can prove that it sees them.

Each is a subclass of one class of the honest stack that gets one thing wrong. Nothing imports it: `planting`
finds it by the name of its file.
"""
