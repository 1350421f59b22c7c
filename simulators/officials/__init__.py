"""The people above the KPPS: PPS, PPK and KPU, one account each, who follow small tables of what to do."""
