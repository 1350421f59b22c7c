"""Forms as data: one JSON file each, read by `fakeforms.template`."""
