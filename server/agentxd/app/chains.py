"""Chains: which models a task may use, in order, as the settings say for its role."""

from collections.abc import Callable, Mapping, Sequence

from agentxd_protocol.setting import Settings

from agentxd.agents.routing.choosing import Candidate
from agentxd.agents.routing.health import Health
from agentxd.agents.routing.route import Route
from agentxd.kernel.errors import InvalidRequestError, NotFoundError
from agentxd.kernel.models import Model
from agentxd.kernel.ports import DescribesModels, Hurries, Provider

MakeProvider = Callable[[str, Sequence[str]], Provider]
EVERY_ROLE = "default"
_WITH_OTHERS_S = 5.0
"""Pauses of one call where another model of the chain could answer meanwhile."""


def chain_of(role: str, settings: Settings) -> tuple[str, ...]:
    """The chain of a role, or of every role; empty where the settings have none."""
    chains = settings.model_chains
    return tuple(chains.get(role) or chains.get(EVERY_ROLE) or ())


def check_known(labels: Sequence[str], providers: Mapping[str, MakeProvider]) -> None:
    """Raise NotFoundError where a chain names a provider that is not there."""
    for label in labels:
        name = label.partition("/")[0]
        if name not in providers:
            known = ", ".join(sorted(providers))
            raise NotFoundError(
                f"the setting model_chains names {label!r}, and there is no provider {name!r}",
                f"Write provider/model with one of: {known}.",
            )


def route_of(
    labels: Sequence[str],
    make: Callable[[str], Provider],
    health: Health,
    *,
    role: str,
    goal: str,
    mode: str,
) -> Route:
    """The route of a task; `labels` are `provider` or `provider/model`, at least one."""
    if mode not in ("", "order", "score"):
        raise InvalidRequestError(
            f"the setting model_routing cannot be {mode!r}", "Use order or score."
        )
    candidates = [candidate_of(label, make) for label in labels]
    for candidate in candidates[:-1]:
        if isinstance(candidate.provider, Hurries):
            candidate.provider.hurry(_WITH_OTHERS_S)
    return Route(candidates, health, role=role, goal=goal, mode=mode or "order")


def candidate_of(label: str, make: Callable[[str], Provider]) -> Candidate:
    """One model of a chain; the provider's first where none is named."""
    name, _, model = label.partition("/")
    provider = make(name)
    if not isinstance(provider, DescribesModels):
        return Candidate(provider, Model(provider=provider.name, name=model))
    return Candidate(provider, provider.model(model or next(iter(provider.models()), "")))
