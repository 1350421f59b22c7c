"""Where things lie inside a stack's directory."""

from dataclasses import dataclass
from pathlib import Path

from sirekap.settings_file import chosen


@dataclass(frozen=True)
class Layout:
    """Paths of one stack directory; `dir` is absolute."""

    dir: Path

    @property
    def record(self) -> Path:
        """What runs where: url, components, how to restart and stop."""
        return self.dir / "stack.json"

    @property
    def secrets(self) -> Path:
        """Tokens and passwords, mode 0600."""
        return self.dir / "secrets.json"

    @property
    def user_settings(self) -> Path:
        """Optional settings written by a person; need not exist."""
        return chosen(self.dir)

    @property
    def effective_settings(self) -> Path:
        """Settings this stack was started with."""
        return self.dir / "effective-settings.json"

    @property
    def photos(self) -> Path:
        """Content-addressed photos; in the full profile only those on their way to the object store."""
        return self.dir / "photos"

    @property
    def partial_photos(self) -> Path:
        """Photos of which not all bytes have come, for all workers."""
        return self.photos / "partial"

    @property
    def objects(self) -> Path:
        """What the object store of the full profile keeps."""
        return self.dir / "objects"

    @property
    def redis(self) -> Path:
        """Configuration of Redis; it keeps nothing."""
        return self.dir / "redis"

    @property
    def nginx(self) -> Path:
        """Configuration, cache and temporary files of nginx."""
        return self.dir / "nginx"

    @property
    def certificate(self) -> Path:
        """The certificate we signed ourselves, when the public door speaks TLS."""
        return self.nginx / "certificate.pem"

    @property
    def certificate_key(self) -> Path:
        """Its private key, mode 0600."""
        return self.nginx / "certificate-key.pem"

    @property
    def pgdata(self) -> Path:
        """PostgreSQL's data, unless it had to live elsewhere (see stack/postgres/place.py)."""
        return self.dir / "pgdata"

    @property
    def metrics(self) -> Path:
        """What the processes count, in mapped files (see operations/measures.py)."""
        return self.dir / "metrics"

    @property
    def lock(self) -> Path:
        """Held by the one command that changes this stack."""
        return self.dir / ".lock"

    def log(self, component: str) -> Path:
        """Log file of a component."""
        return self.dir / "logs" / f"{component}.log"
