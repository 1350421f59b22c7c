"""Snapshots of PostgreSQL's transactions, as text `xmin:xmax:running,...`."""


def cut_after(snapshot: str, last: int) -> str:
    """The snapshot of whoever sees of `snapshot` only the transactions up to number `last`."""
    xmin, xmax, running = snapshot.split(":")
    end = min(int(xmax), last + 1)
    still = [number for number in running.split(",") if number and int(number) < end]
    return f"{min(int(xmin), end)}:{end}:{','.join(still)}"
