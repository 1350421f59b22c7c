"""The pure part of the worker: a photographed C.Hasil in, what its boxes say out.

    read(jpeg, page, layout)   -> PageReading     (page)
    inspect(jpeg)              -> PhotoFacts      (photo: may it be decoded, is it whole)
    web_copy(jpeg)             -> JPEG            (web: for the public page)

`python -m sirekap train-reader` teaches the digit reader (`training`); what it can do is in digits.json.
"""

from sirekap.reading.page import PageReading, read
from sirekap.reading.photo import PhotoFacts, UnreadablePhotoError, inspect
from sirekap.reading.web import web_copy

__all__ = ["PageReading", "PhotoFacts", "UnreadablePhotoError", "inspect", "read", "web_copy"]
