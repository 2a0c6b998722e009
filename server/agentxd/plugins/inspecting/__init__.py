"""Reviews made in a process of their own, and the port's double for tests."""
