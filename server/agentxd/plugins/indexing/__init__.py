"""The index in a process of its own, and what it is made of."""
