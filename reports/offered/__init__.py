"""What was offered to a system and what came of it: the record of `gladi capacity` and `gladi claim`."""
