"""Is it ready, the day before? Figures, plans, measurements and a forecast are gathered into one folder.

Nothing is judged here: `reports.readiness` does, from the folder alone.
"""
