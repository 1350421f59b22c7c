"""The run on one time axis: load, service, waiting, completeness, and faults from strike to recovery."""

from reports.timeline.course import Course, course_of
from reports.timeline.drawing import NARROW, WIDE, draw

__all__ = ["NARROW", "WIDE", "Course", "course_of", "draw"]
