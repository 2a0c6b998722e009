"""Providers whose models are elsewhere: each call goes through the worker."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing

from msgspec.structs import replace

from agentxd.kernel.messages import Delta, ModelRequest
from agentxd.kernel.models import Model
from agentxd.plugins.providers.registry import Row, find_model, offered
from agentxd.plugins.providers.vendors import Endpoint
from agentxd.plugins.providers.worker.host import WorkerHost


class RemoteProvider:
    """One endpoint; implements kernel.ports.Provider."""

    def __init__(
        self,
        endpoint: Endpoint,
        host: WorkerHost,
        model: str = "",
        models: Sequence[Row] | None = None,
    ) -> None:
        self.name = endpoint.vendor
        self._endpoint = endpoint
        self._host = host
        self._model = model
        self._rows = models

    def models(self) -> Sequence[str]:
        """The chosen one first, then the registry's; empty where only the server knows."""
        known = [name for name in offered(self.name, self._rows) if name != self._model]
        return (self._model, *known) if self._model else tuple(known)

    def model(self, name: str) -> Model:
        """What is known of a model of this provider."""
        found = find_model(self.name, name, self._rows)
        asked_for = self._endpoint.context_tokens
        return replace(found, context_tokens=asked_for) if asked_for else found

    def hurry(self, seconds: float) -> None:
        """Spend no longer on pauses between attempts: another model stands ready."""
        retry_s = min(self._endpoint.retry_s, seconds)
        self._endpoint = replace(self._endpoint, retry_s=retry_s)

    async def stream(self, request: ModelRequest) -> AsyncIterator[Delta]:
        """One step; the last delta is Finished. Raises ProviderError."""
        if not request.model:
            request = replace(request, model=next(iter(self.models()), ""))
        async with aclosing(self._host.stream(self._endpoint, request)) as deltas:
            async for delta in deltas:
                yield delta

    async def warm(self) -> None:
        """Let the worker load the SDK now. Raises ProviderError."""
        await self._host.warm(self._endpoint)

    async def reachable(self) -> tuple[str, ...]:
        """Names of the models that the server tells now. Raises ProviderError."""
        return await self._host.models(self._endpoint)
