"""The commands, one file each: arguments, help, and the order of calls; work is done elsewhere."""
