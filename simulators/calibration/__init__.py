"""Fits: from what was measured on a running server to the model that the twin and the nation use.

Everything here is a pure function of numbers. Who measures is `gladi.calibrate`.
"""
