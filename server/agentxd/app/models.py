"""The providers that talk to models: which one a goal gets, and how the settings make it."""

import os
from collections.abc import Callable, Mapping, Sequence

from agentxd_protocol.setting import Settings

from agentxd.kernel.ports import Provider
from agentxd.plugins.providers.remote import RemoteProvider
from agentxd.plugins.providers.vendors import VENDORS, Endpoint
from agentxd.plugins.providers.worker.host import WorkerHost
from agentxd.plugins.providers.worker.keys import has_key_at_hand

FALLBACK = "mechanic"


class ModelProviders:
    """Makes providers that share one worker."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        host: WorkerHost | None = None,
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._settings = settings
        self._environment = environment
        self.host = host or WorkerHost()

    def makers(self) -> Mapping[str, Callable[[str, Sequence[str]], Provider]]:
        """Name to maker, as `Plugins.providers` wants them."""
        return {name: self._maker(name) for name in VENDORS}

    def make(self, vendor: str) -> RemoteProvider:
        """A provider as the settings of this moment say."""
        settings = self._settings()
        return RemoteProvider(endpoint_of(vendor, settings), self.host, settings.model)

    def automatic(self) -> str:
        """The provider for a goal where neither the goal nor the settings name one."""
        settings = self._settings()
        for vendor in VENDORS.values():
            if has_key_at_hand(vendor, self._environment) and vendor.is_key_needed:
                return vendor.name
            is_placed = getattr(settings, f"provider_{vendor.name}_url")
            is_local = not vendor.is_key_needed and self._environment.get(vendor.url_variable)
            if is_placed or is_local:
                return vendor.name
        return FALLBACK

    def _maker(self, vendor: str) -> Callable[[str, Sequence[str]], Provider]:
        def make(script: str, checks: Sequence[str]) -> Provider:
            del script, checks
            return self.make(vendor)

        return make


def endpoint_of(vendor: str, settings: Settings) -> Endpoint:
    """Where the settings say that the vendor is, and how to talk to it."""
    return Endpoint(
        vendor=vendor,
        url=getattr(settings, f"provider_{vendor}_url"),
        wire=settings.provider_openai_wire if vendor == "openai" else "",
        effort=settings.provider_effort,
        context_tokens=settings.provider_ollama_context if vendor == "ollama" else 0,
        stall_s=float(settings.provider_stall_seconds),
        retry_s=float(settings.provider_retry_seconds),
    )
