"""Who is missing, place by place: from the nation to the desa, and there each unfinished TPS."""

from reports.atlas.area import Area, Unfinished, class_of

__all__ = ["Area", "Unfinished", "class_of"]
