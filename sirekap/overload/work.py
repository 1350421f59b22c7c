"""The classes of work, admitted apart from one another, so that one cannot starve the rest."""

from enum import StrEnum


class Work(StrEnum):
    """What a request costs, and whom it serves."""

    LOGIN = "login"  # costs a password hash
    UPLOAD = "upload"  # costs disk
    PHONE = "phone"  # other calls of operators' phones
    STAFF = "staff"  # PPS, PPK and the offices of KPU
    PORTAL = "portal"  # the public
    OFFICE = "office"  # administration and audit
    PROBE = "probe"  # health and metrics: never refused
