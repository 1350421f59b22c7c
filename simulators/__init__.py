"""Who acts: the TPS population, KPPS and public, links and power, the two clocks, the server twin."""
