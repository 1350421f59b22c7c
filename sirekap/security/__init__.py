"""Passwords, tokens and who may write where."""
