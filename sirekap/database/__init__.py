"""PostgreSQL: bounded access and numbered migrations."""
