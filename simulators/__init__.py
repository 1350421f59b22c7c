"""Who acts: the TPS population, the behaviour of KPPS and public, links and power, the two clocks, the server twin."""
