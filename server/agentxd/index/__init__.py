"""The pure part of the index: words, chunks, ranking, maps; same input, same output."""
