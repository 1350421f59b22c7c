"""`gladi simulate` for a whole nation: play it, write its run directory, judge it."""
