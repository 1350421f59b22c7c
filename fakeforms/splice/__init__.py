"""Splice: photos for load tests, thousands a second, joined from pieces of a few real ones.

The full engine photographs every sheet anew. Here a few base photos (one hand, one camera, one place each)
are taken once, and with them every figure, bubble and tally mark that could stand in every box. A JPEG whose
restart interval is one block of 16 x 16 px is a row of pieces that do not depend on each other, so the photo
of a TPS is put together by copying bytes: those of the base, and for every block with numbers those of what
this TPS wrote there.

    pieces  what can be written where            (from the scribe)
    plates  the pixels of each of these          (from the camera)
    blocks  pixels to the bytes between restart markers
    joiner  bytes to a photo
    truths  what is true about that photo
    press   all of it behind one call: `Press(...).photo(order, page)`

FOR LOAD ONLY. Photos of one base are near-duplicates: same hand, light, fold and noise, and the place names,
signatures and number of the TPS are those of the base; words for numbers are left blank. The ground truth
says so ("engine": "splice", "base", and `written` beside `intended`). Nobody should train a reader on them.
"""

from fakeforms.splice.press import Press, prepare

__all__ = ["Press", "prepare"]
