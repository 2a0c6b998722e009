"""The models of one task: one for each step, the same as long as it works, else the next."""

from collections.abc import Mapping, Sequence

from agentxd.agents.routing.choosing import Candidate, Choice, Need, by_score, in_order, obstacle
from agentxd.agents.routing.complexity import wanted_tier
from agentxd.agents.routing.health import Health
from agentxd.kernel.errors import ProviderError
from agentxd.kernel.models import Model
from agentxd.kernel.ports import Clock, DescribesModels, Provider

ORDER, SCORE = "order", "score"


def only(provider: Provider, clock: Clock, model: str = "") -> "Route":
    """A chain of one, with a health of its own."""
    found = provider.model(model) if isinstance(provider, DescribesModels) else None
    known = found or Model(provider=provider.name, name=model)
    return Route([Candidate(provider, known)], Health(clock))


class Route:
    """Implements the decision of one task; `Health` is shared by all."""

    def __init__(
        self,
        candidates: Sequence[Candidate],
        health: Health,
        *,
        role: str = "",
        goal: str = "",
        mode: str = ORDER,
    ) -> None:
        self._candidates = tuple(candidates)
        self._health = health
        self._mode = mode
        self._tier, self._why_tier = wanted_tier(role, goal)
        self._troubles: dict[str, ProviderError] = {}
        """In this step."""
        self.is_alone = len(self._candidates) == 1
        """There is nothing to choose."""
        self.current: Candidate = self._candidates[0]
        self._has_worked = False

    def begin(self) -> None:
        """A step begins: whoever failed in the last one may be asked again."""
        self._troubles.clear()

    def choose(self, input_tokens: int, output_tokens: int, *, has_tools: bool) -> Choice:
        """Who does the next step. Raises ProviderError where nobody can."""
        need = Need(input_tokens, output_tokens, has_tools, self._tier, self._why_tier)
        passed_over: dict[str, str] = {}
        held_back: list[Candidate] = []
        for candidate, reason in self._ranked(need):
            if problem := self._problem(candidate, need):
                passed_over[candidate.label] = problem
            elif self._health.is_open(candidate.label):
                held_back.append(candidate)
                passed_over[candidate.label] = self._health.of(candidate.label).trouble
            else:
                return self._chosen(candidate, reason, passed_over)
        if held_back:
            reason = "all others are worse off, so it is tried again"
            return self._chosen(held_back[0], reason, passed_over)
        raise self._nobody(passed_over)

    def succeeded(self, choice: Choice, first_ms: int) -> None:
        """The step worked; its first piece came after so many milliseconds."""
        self._health.succeeded(choice.candidate.label, first_ms)
        self._has_worked = True

    def failed(self, choice: Choice, error: ProviderError) -> bool:
        """The step failed; whether another model is worth a try."""
        label = choice.candidate.label
        self._health.failed(label, error)
        self._troubles[label] = error
        return any(one.label not in self._troubles for one in self._candidates)

    def _ranked(self, need: Need) -> list[tuple[Candidate, str]]:
        """In the order of the mode; what works stays first, since its prompt cache is warm."""
        if self._mode == SCORE:
            ranked = by_score(self._candidates, need, self._health.of)
        else:
            ranked = in_order(self._candidates, need)
        if not self._has_worked:
            return ranked
        stays = [(self.current, "it did the last step, and its prompt cache is warm")]
        return stays + [pair for pair in ranked if pair[0] is not self.current]

    def _problem(self, candidate: Candidate, need: Need) -> str:
        trouble = self._troubles.get(candidate.label)
        return trouble.message if trouble else obstacle(candidate.model, need)

    def _chosen(self, candidate: Candidate, reason: str, passed_over: Mapping[str, str]) -> Choice:
        self.current = candidate
        return Choice(candidate, (reason,), dict(passed_over))

    def _nobody(self, passed_over: Mapping[str, str]) -> ProviderError:
        if self._troubles:
            return next(reversed(self._troubles.values()))
        told = "; ".join(f"{label}: {reason}" for label, reason in passed_over.items())
        return ProviderError(
            f"No model can take the next step ({told}).",
            "choose a model with a larger window, or split the goal",
            kind="prompt_too_long",
        )
