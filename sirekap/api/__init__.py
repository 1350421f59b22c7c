"""The HTTP interface: thin endpoints over the repositories."""
