"""`gladi calibrate`: a running stack is measured, a server model fitted to it, and the model held to loads
that were predicted before they were offered. The fits themselves are `simulators.calibration`.
"""
