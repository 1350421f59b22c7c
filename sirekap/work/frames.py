"""How the worker and the process that reads photos speak over a pipe.

A frame is two lengths (4 bytes each, network order), a JSON head and a body. It stands apart from both ends,
so that the worker need not load what decodes pictures.
"""

import json
import struct
from typing import Any

LENGTHS = struct.Struct("!II")


def frame(head: dict[str, Any], body: bytes) -> bytes:
    """One task or answer as bytes."""
    text = json.dumps(head).encode()
    return LENGTHS.pack(len(text), len(body)) + text + body
