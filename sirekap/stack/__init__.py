"""The processes of a stack: what a profile is made of, start, stop, restart, and what is written of them."""
