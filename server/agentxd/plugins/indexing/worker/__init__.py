"""What runs in the index worker and in the children that read for it."""
