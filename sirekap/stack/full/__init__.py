"""The full profile: nginx, PostgreSQL, Redis and an object store, as Debian packages them."""
