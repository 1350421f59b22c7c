"""The camera: how a filled sheet becomes a photo, from where it stands to the bytes of the file."""
