"""A run as metrics and spans, for those who have Prometheus or a collector: sums only, no TPS, no secrets."""
