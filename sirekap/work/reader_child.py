"""The process that decodes and reads photos: ``python -m sirekap.work.reader_child``.

What strangers send is decoded here and nowhere else: a photo that makes a decoder crash or hang takes this
process with it and nothing more; the worker starts another. Tasks come on stdin, answers go to stdout, as
frames (see `frames`) of a head and a body:

    task    {"mode", "page", "layout": digest, "known": [digest, ...], "layouts": {digest: layout}}, photo
    answer  {"content": reading or null, "trouble": code or null, "flags": [...]}, copy for the public page
"""

import json
import sys
from typing import Any, BinaryIO

import cv2

from sirekap.forms.layout import Layout, load
from sirekap.reading import UnreadablePhotoError, read, web_copy
from sirekap.work.frames import LENGTHS, frame


def main(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Answer tasks until there are no more."""
    cv2.setNumThreads(1)  # one worker, one core
    layouts: dict[str, Layout] = {}
    while lengths := tasks.read(LENGTHS.size):
        head_bytes, body_bytes = LENGTHS.unpack(lengths)
        head, jpeg = json.loads(tasks.read(head_bytes)), tasks.read(body_bytes)
        if head["layouts"].keys() - layouts.keys() and head["anew"]:
            layouts.clear()
        layouts |= {digest: load(content) for digest, content in head["layouts"].items()}
        answers.write(_answer(head, jpeg, layouts))
        answers.flush()


def _answer(head: dict[str, Any], jpeg: bytes, layouts: dict[str, Layout]) -> bytes:
    layout = layouts[head["layout"]]
    others = [layouts[digest] for digest in head["known"]]
    try:
        found = read(jpeg, layout.page(head["page"]), layout, head["mode"], others)
        return frame({"content": found.to_json(), "trouble": None, "flags": found.flags}, web_copy(jpeg))
    except UnreadablePhotoError as error:
        return frame({"content": None, "trouble": error.code, "flags": [error.code]}, b"")


if __name__ == "__main__":
    main(sys.stdin.buffer, sys.stdout.buffer)
