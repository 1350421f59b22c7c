"""Sent through a messenger first: the photo was a JPEG of lower quality before it became this one."""

import numpy as np
import simplejpeg
from numpy.typing import NDArray

Plane = NDArray[np.uint8]


def relayed(luma: Plane, quality: int) -> Plane:
    """Luma as a JPEG of that quality gives it back.

    Messengers also make large pictures smaller and recompress colour; here size and chroma stay, because a
    second size would only repeat what `Camera.megapixels` does.
    """
    sent = simplejpeg.encode_jpeg(luma[..., None], quality=quality, colorspace="GRAY", fastdct=False)
    back: Plane = simplejpeg.decode_jpeg(sent, colorspace="GRAY", fastdct=False, fastupsample=False)[..., 0]
    return np.ascontiguousarray(back)
