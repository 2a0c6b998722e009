"""The loop guard: notices when an agent repeats itself, nudges it, then stops it."""

from collections.abc import Sequence

from msgspec.json import Encoder

from agentxd.kernel.errors import StateError
from agentxd.kernel.messages import Observation, ToolCall

_encoder = Encoder(order="deterministic")


class StuckError(StateError):
    """The agent did the same thing with the same result over and over."""


class LoopGuard:
    """Counts steps in a row in which every call and result had been seen before.

    A step that shows anything new is progress and sets the count back, so a bisection that runs
    the same check on different trees is no loop, and neither is A, B, A, B left unseen.
    """

    def __init__(self, nudge_after: int = 3, stop_after: int = 6) -> None:
        self._nudge_after = nudge_after
        self._stop_after = stop_after
        self._seen: set[bytes] = set()
        self._n_stale = 0

    def look(self, calls: Sequence[ToolCall], observations: Sequence[Observation]) -> str:
        """The nudge to give the agent, empty while all is well. Raises StuckError."""
        marks = {_mark(*pair) for pair in zip(calls, observations, strict=True)}
        self._n_stale = self._n_stale + 1 if marks <= self._seen else 0
        self._seen |= marks
        names = ", ".join(sorted({call.name for call in calls}))
        if self._n_stale >= self._stop_after:
            raise StuckError(
                f"Stopped: {self._n_stale} steps in a row repeated {names} with the same result.",
                "look at the transcript, then run the goal again with more precise words",
            )
        if self._n_stale == self._nudge_after:
            return (
                f"You have now called {names} {self._n_stale + 1} times with the same arguments "
                "and got the same result. It will not change. Try something else, or stop and "
                "say what is in the way."
            )
        return ""


def _mark(call: ToolCall, observation: Observation) -> bytes:
    return _encoder.encode((call.name, call.arguments, observation.output))
