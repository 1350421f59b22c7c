"""Scenario files from the writer's side: JSON Schema, keys in words, and new files with comments."""
