"""Refuse early instead of collapsing: what each class of work may take, and who is told to come back."""
