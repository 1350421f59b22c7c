"""The processes of the embedded profile: start, stop, restart, and what is recorded about them."""
