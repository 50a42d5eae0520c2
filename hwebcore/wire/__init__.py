"""HTTP on the wire: the strict gate, connections, bodies, responses. Start with server.py (what a worker gives) and protocol.py."""
