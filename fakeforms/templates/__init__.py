"""Forms as data: one JSON file each, and the words that are printed and written on them."""
