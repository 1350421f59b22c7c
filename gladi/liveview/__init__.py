"""A run as it plays: its course in bounded memory, and a page on the loopback that shows it."""

from gladi.liveview.course import Course
from gladi.liveview.follow import FaultFile
from gladi.liveview.view import LiveView

__all__ = ["Course", "FaultFile", "LiveView"]
