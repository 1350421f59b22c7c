"""A nation's simulation: what its run directory says."""
