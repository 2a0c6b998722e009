"""The only rooms that know a wire format."""
