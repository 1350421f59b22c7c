"""Truncated file: the upload broke off, or the phone ran out of room; the rest of the JPEG is missing."""

from dataclasses import replace

from fakeforms.camera.fault import Scope, register
from fakeforms.camera.shot import Shot


@register("truncated-file")
def cut(shot: Shot, scope: Scope) -> Shot:
    """Keep between a third and most of the file."""
    return replace(shot, kept=scope.draws.uniform(0.35, 0.85))
