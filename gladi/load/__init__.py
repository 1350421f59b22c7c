"""The load driver: Locust's master and workers around one dispatcher a worker.

Users are not devices: a Locust User stands for a whole shard of operators, and each operator is a SimPy
process on the wall clock. Locust brings the processes, the messages between them, its statistics and page.
"""
