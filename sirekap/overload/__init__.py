"""Refuse early instead of collapsing."""
