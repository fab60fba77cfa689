"""Functions by themselves: no server, no sockets."""
