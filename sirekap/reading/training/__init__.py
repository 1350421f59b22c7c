"""How the digit reader is taught: from folders of photos with published ground truth, by one command."""
