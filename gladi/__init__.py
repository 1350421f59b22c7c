"""Who conducts: the command line, the life of a run, the load driver, consent."""

__version__ = "0.1.0"
