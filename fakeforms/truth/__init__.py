"""Ground truth: what is true about a photo, as this package tells it and as others want to read it."""
