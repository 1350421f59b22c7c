"""Running the stack: metrics, readiness, backup and restore, and its description as OpenAPI."""
