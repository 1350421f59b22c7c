"""The collector a run is pushed to, as the command line names it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from gladi.failures import UsageError
from gladi.liveview.course import Course


def collector_url(text: str) -> str:
    """An address of a collector, checked; raises UsageError."""

    def wrong(why: str) -> UsageError:
        return UsageError(f"--otlp {text}: {why}; it looks like http://127.0.0.1:4318")

    try:
        url = urlsplit(text)
        port = url.port
    except ValueError as error:
        raise wrong(str(error)) from error
    if url.scheme not in {"http", "https"} or not url.hostname:
        raise wrong("must be the http or https address of an OTLP/HTTP collector")
    if url.username or url.password:
        # The text is not repeated: it holds a secret.
        raise UsageError(
            "--otlp: no user or password in the address; put them into OTEL_EXPORTER_OTLP_HEADERS"
        )
    if url.query or url.fragment:
        raise wrong("must have neither ? nor #")
    if port == 4317:
        raise wrong("4317 is the port for gRPC; gladi speaks OTLP over HTTP, by default on 4318")
    if url.path.rstrip("/").endswith(("/v1/metrics", "/v1/traces")):
        raise wrong("must be the address before /v1/metrics and /v1/traces")
    return text


def pusher(course: Course, url: str, warn: Callable[[str], None]) -> Any:
    """An onlooker that pushes to `url`; raises UsageError when the libraries are not installed."""
    try:
        from gladi.telemetry.otlp import Pusher
    except ImportError as error:
        raise UsageError(
            f"--otlp needs OpenTelemetry ({error.name} is missing): pip install 'gladi[telemetry]'"
        ) from error
    return Pusher(course, url, warn)
