"""Copies of a form for the witnesses: what is stored of it, as a PDF that anybody can check again."""
