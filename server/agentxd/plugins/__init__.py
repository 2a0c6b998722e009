"""Everything that touches the world: models, sandboxes, stores, disk and tools, one file each."""
