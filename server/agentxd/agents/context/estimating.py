"""How many tokens a request has: a guess from its bytes, corrected by what models report."""

from msgspec.json import encode

from agentxd.kernel.messages import ModelRequest, Usage

_BYTES_PER_TOKEN = 3.6
"""Of JSON with code in it, as the vendors' tokenizers cut it; each model's own ratio is learnt."""
_WEIGHT = 0.5
_LEAST, _MOST = 0.4, 2.5
"""A report further off than this tells of something else: a cut prompt, hidden instructions."""


class Estimator:
    """Guesses for one transcript; learns after each step."""

    def __init__(self) -> None:
        self._factors: dict[str, float] = {}

    def tokens(self, request: ModelRequest, label: str = "") -> int:
        """A guess at the input tokens of a request to this model."""
        return int(plain_tokens(request) * self._factors.get(label, 1.0)) + 1

    def learn(self, request: ModelRequest, label: str, usage: Usage) -> None:
        """The model told how many they were."""
        if not usage.input_tokens:
            return
        seen = min(_MOST, max(_LEAST, usage.input_tokens / max(1, plain_tokens(request))))
        known = self._factors.get(label)
        self._factors[label] = seen if known is None else known + _WEIGHT * (seen - known)


def plain_tokens(request: ModelRequest) -> int:
    """The guess from the bytes alone."""
    size = len(encode((request.system, request.messages, request.tools)))
    return int(size / _BYTES_PER_TOKEN)
