"""Answers by trying: a nation's scenario at many points, each in a process of its own, compared."""
