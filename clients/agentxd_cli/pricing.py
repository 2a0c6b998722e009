"""Money in words, and where nobody knows the price."""

_FREE = ("ollama", "mechanic", "scripted")
PLAYED = "scripted"
"""The provider whose calls are played from a file: nothing of theirs was really spent."""


def dollars(micros: int) -> str:
    """`$0.0042`."""
    return f"${micros / 1_000_000:.4f}"


def is_played(label: str) -> bool:
    """Whether the calls of a model (`provider/name`) were only played."""
    return label.partition("/")[0] == PLAYED


def is_unpriced(micros: int, n_tokens: int, label: str) -> bool:
    """Whether tokens of this model must have cost something that nobody knows."""
    provider = label.partition("/")[0]
    return not micros and n_tokens > 0 and provider != "" and provider not in _FREE


def cost(micros: int, n_tokens: int, label: str) -> str:
    """What so many tokens of this model cost."""
    return "price unknown" if is_unpriced(micros, n_tokens, label) else dollars(micros)
