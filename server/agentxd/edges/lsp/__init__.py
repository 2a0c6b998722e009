"""LSP and its agentx/* extension over Unix sockets and loopback TCP."""
