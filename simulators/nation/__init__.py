"""The nation's behaviour, and two engines that interpret it: a compiled kernel and SimPy processes."""
