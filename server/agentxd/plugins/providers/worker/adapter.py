"""What a vendor's adapter is: the one small port between the worker and an SDK."""

import importlib
import sys
from collections.abc import AsyncGenerator, Mapping, Sequence
from types import ModuleType
from typing import Protocol

from agentxd.kernel.errors import ProviderError
from agentxd.kernel.messages import Delta, ModelRequest
from agentxd.plugins.providers.vendors import Endpoint, Vendor
from agentxd.plugins.providers.worker.frugal import on_demand


class Adapter(Protocol):
    """Turns a request into one SDK call, and what comes back into deltas."""

    def stream(self, request: ModelRequest) -> AsyncGenerator[Delta, None]:
        """One attempt; the last delta is Finished. Raises whatever the SDK raises."""
        ...

    async def models(self) -> tuple[str, ...]:
        """Names of the models that the server has. Raises whatever the SDK raises."""
        ...

    def trouble(self, error: Exception, model: str) -> ProviderError:
        """An error of the SDK in words for a person."""
        ...


class MakeAdapter(Protocol):
    """How the class of an adapter is called."""

    def __call__(self, endpoint: Endpoint, url: str, key: str) -> Adapter:
        """An adapter with its own connections; `url` empty for the vendor's own."""
        ...


_FRUGAL: Mapping[str, tuple[str, Mapping[str, Sequence[str]]]] = {
    "agentxd.plugins.providers.anthropic_api": (
        "anthropic",
        {
            "anthropic._error_classes": ("make_status_error",),
            "anthropic.lib._tracing._api_call": ("finish_api_call_span",),
        },
    ),
    "agentxd.plugins.providers.openai_api": ("openai", {}),
}
"""Adapter to its SDK, and to the functions in there that only an error or a trace calls."""


def load_adapter(vendor: Vendor) -> MakeAdapter:
    """Import an adapter and its SDK, which takes half a second. Raises ProviderError."""
    module, _, name = vendor.adapter.partition(":")
    package = "agentxd" if module.startswith("agentxd.") else module.partition(".")[0]
    try:
        made: MakeAdapter = getattr(_imported(module), name)
    except (ImportError, AttributeError) as error:
        raise ProviderError(
            f"The SDK of {vendor.name} cannot be loaded: {error}",
            f"install it again: pip install --force-reinstall {package}",
            kind="rejected",
        ) from error
    return made


def _imported(module: str) -> ModuleType:
    """The module; a large SDK comes frugally, and whole where it does not come so."""
    package, seldom = _FRUGAL.get(module, ("", {}))
    if not package or package in sys.modules:
        return importlib.import_module(module)
    try:
        with on_demand(package, seldom):
            return importlib.import_module(module)
    except (ImportError, AttributeError, LookupError, NameError, TypeError):
        return importlib.import_module(module)
