"""How the shipped table of the static embedder is made: `make train-embedder`."""
