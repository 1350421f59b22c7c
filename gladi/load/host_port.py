"""HOST:PORT as people and programs write it: an IPv6 address stands in brackets, such as [::1]:5557."""


def place(host: str, port: int) -> str:
    """HOST:PORT of a host without brackets."""
    return f"{bracketed(host)}:{port}"


def bracketed(host: str) -> str:
    """A host as it stands before a colon."""
    return f"[{host}]" if ":" in host else host


def parted(text: str) -> tuple[str, int] | None:
    """Host, without brackets, and port; None where the text is no HOST:PORT."""
    host, _, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    elif ":" in host:
        return None
    if not host or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65_535:
        return None
    return host, int(port)
