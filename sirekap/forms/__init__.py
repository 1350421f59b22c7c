"""Which forms and pages there are, and which numbers each page carries."""
