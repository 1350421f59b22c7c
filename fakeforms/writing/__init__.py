"""Hands: what is written on a sheet, how, and with which mistakes."""
