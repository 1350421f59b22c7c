"""What lies under `gladi.http`: waiting, connections, TLS, answers, and the lines that phones keep.

A request is one greenlet that sends a prepared head and the pieces of a body in one go and reads one answer.
The usual answer (a head that fits a strict pattern, a Content-Length) is taken apart here; every other one
goes to the parser of geventhttpclient.
"""
