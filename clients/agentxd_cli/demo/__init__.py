"""`agentxd demo`: the whole main job on a bundled sample repository, with no key and no network."""
