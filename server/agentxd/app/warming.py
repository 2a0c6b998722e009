"""Starts the worker ahead of everything else, where a client says that a model will be asked soon.

What is imported here runs before the daemon's own modules, so it is little.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from agentxd.plugins.providers.vendors import VENDORS, Endpoint
from agentxd.plugins.providers.worker.host import WorkerHost
from agentxd.plugins.providers.worker.keys import has_key_at_hand

FALLBACK = "mechanic"


async def warmed(root: str, wanted: str, environment: Mapping[str, str]) -> WorkerHost | None:
    """A worker that loads an SDK already; None where no model will be asked.

    Raises ProviderError where no process can be started.
    """
    vendor = guessed(root, str(Path.home()), wanted, environment)
    if vendor not in VENDORS:
        return None
    host = WorkerHost()
    await host.warm(Endpoint(vendor=vendor))
    return host


def guessed(root: str, home: str, wanted: str, environment: Mapping[str, str]) -> str:
    """The provider that a goal will most likely get; the goal's own is `wanted`.

    A guess, because the settings are read without checking them: who guesses wrong has loaded
    an SDK in vain.
    """
    if wanted:
        return wanted
    settings: dict[str, Any] = {}
    for found in _read(root, home):
        settings |= found
    if chain := _first_of(settings.get("model_chains")):
        return chain
    chosen = settings.get("provider")
    return str(chosen or automatic(environment, lambda key: bool(settings.get(key))))


def automatic(environment: Mapping[str, str], is_set: Callable[[str], bool]) -> str:
    """The provider for a goal where nobody names one; `is_set` tells of a setting."""
    for vendor in VENDORS.values():
        if has_key_at_hand(vendor, environment) and vendor.is_key_needed:
            return vendor.name
        is_local = not vendor.is_key_needed and environment.get(vendor.url_variable)
        if is_set(f"provider_{vendor.name}_url") or is_local:
            return vendor.name
    return FALLBACK


def _read(root: str, home: str) -> Iterator[dict[str, Any]]:
    """The files of settings, the strongest last; a broken one is told of by others."""
    for path in (f"{home}/.agent/settings.json", f"{root}/.agent/settings.json",
                 f"{root}/.agent/settings.local.json"):  # fmt: skip
        try:
            found = json.loads(Path(path).read_bytes())
        except (OSError, ValueError):
            continue
        if isinstance(found, dict):
            yield found


def _first_of(chains: Any) -> str:
    """The provider of the first model of the chains, the ones of every role before others'."""
    if not isinstance(chains, dict):
        return ""
    for chain in (chains.get("implementer"), chains.get("default")):
        if isinstance(chain, list) and chain:
            return str(chain[0]).partition("/")[0]
    return ""
