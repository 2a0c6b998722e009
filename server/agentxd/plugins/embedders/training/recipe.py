"""Everything that decides what training gives."""

from msgspec import Struct


class Recipe(Struct, frozen=True):
    """Numbers of one training; the same recipe on the same pairs gives the same table."""

    seed: int = 20
    dimensions: int = 256
    n_words: int = 26_000
    n_buckets: int = 2_000
    """Rows that words outside the vocabulary share."""
    n_steps: int = 1_600
    batch: int = 1_024
    rate: float = 0.004
    temperature: float = 0.05
    from_few_packages: float = 0.5
    """Share of batches whose pairs are of one package, or of as few as fill a batch."""
    dropped_of_query: float = 0.1
    """Share of a query's words that are left out, at random."""
    dropped_of_document: float = 0.1
    by_body: float = 0.6
    """Share of batches that lead from sentences to whole definitions."""
    by_nameless: float = 0.15
    """From sentences to definitions whose name is taken out; the rest lead there from names."""
    languages: tuple[tuple[str, float], ...] = (
        (".py", 0.3),
        (".js", 0.2),
        (".ts", 0.04),
        (".go", 0.2),
        (".rs", 0.18),
        (".rb", 0.05),
        (".php", 0.03),
    )
    """Shares of languages; those that are not named have none."""
    n_threads: int = 2
