"""The nation: every TPS of an election as columns, synthetic or imported."""
