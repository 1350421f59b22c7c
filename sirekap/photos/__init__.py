"""Photos of the sheets: received, checked, kept for good."""
