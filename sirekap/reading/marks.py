"""What may stand in a box of a number, and its place among the digit reader's outputs."""

DIGITS = tuple("0123456789")
CROSS, DASH, BLANK, STRUCK = "X", "dash", "blank", "struck-out"
MARKS = (*DIGITS, CROSS, DASH, BLANK, STRUCK)
"""The reader's classes in order. A cross or a dash (also drawn as a Z) fills a box that is not needed. A
digit that is struck out has the right one above its box, where nobody reads it by machine."""

OF_TRUTH = {mark: mark for mark in MARKS} | {"Z-struck": DASH}
"""From the classes of published ground truth to ours."""
