"""What a value must be beyond its type: one of a few words, an address, a known provider."""

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from agentxd_protocol.setting import CHOICES

from agentxd.kernel.errors import InvalidRequestError
from agentxd.kernel.redaction import redact
from agentxd.plugins.providers.vendors import VENDORS

WITHOUT_MODEL = {
    "mechanic": "works by rules: no model, no key, no network",
    "scripted": "plays a written conversation (--script FILE): no model, no key, no network",
}
"""Built-in providers that talk to no model, and what they are."""

BUILT_IN_EMBEDDERS = ("none", "static", "minilm", "ollama", "openai")

_ADDRESSES = {f"provider_{name}_url": f"provider.{name}.url" for name in VENDORS}
_ADDRESSES |= {"index_embedder_url": "index_embedder_url"}
"""Settings that hold an address, as a person writes them."""


def provider_names() -> tuple[str, ...]:
    """Everything that a setting may call a provider; reads the files of installed packages."""
    from agentxd.plugins.providers.installed import known_names  # noqa: PLC0415  # seldom needed

    return (*known_names(), *WITHOUT_MODEL)


def is_built_in(name: str) -> bool:
    """Whether it is known without reading anything."""
    return name in VENDORS or name in WITHOUT_MODEL


def check_choice(key: str, value: Any) -> None:
    """Raises InvalidRequestError for a word that the setting does not have."""
    words = CHOICES.get(key)
    if words and value not in ("", *words):
        raise InvalidRequestError(
            f"{key} cannot be {json.dumps(value)}", f"Use one of: {', '.join(words)}."
        )


def check_meaning(key: str, value: Any, names: Callable[[], Sequence[str]]) -> None:
    """Raises InvalidRequestError for an address that is none, or a provider that nobody has."""
    for setting, address in _addresses(key, value):
        check_address(setting, address)
    if key == "index_embedder":
        _check_embedder(value)
    for setting, name in _providers(key, value):
        if not is_built_in(name) and name not in (known := names()):
            raise InvalidRequestError(
                f"{setting} names {name!r}, and there is no such provider",
                f"Use one of: {', '.join(known)}; or install the package that brings it.",
            )


def _check_embedder(value: str) -> None:
    """Raises InvalidRequestError for one that is neither built in nor installed."""
    if value in BUILT_IN_EMBEDDERS:
        return
    from agentxd.plugins.embedders.registry import embedder_names  # noqa: PLC0415  # seldom needed

    if value not in (known := embedder_names()):
        raise InvalidRequestError(
            f"index_embedder names {value!r}, and there is no such embedder",
            f"Use one of: {', '.join(('none', *known))}; or install the package that brings it.",
        )


def check_address(setting: str, address: str) -> None:
    """Raises InvalidRequestError unless it is http:// or https:// with a host; empty is none."""
    if not address or _is_address(address):
        return
    raise InvalidRequestError(
        f"{setting} cannot be {json.dumps(redact(address))}: it must begin with http:// or"
        " https:// and name a host",
        f"For instance: agentxd config set {setting} http://127.0.0.1:8000/v1",
    )


def _is_address(address: str) -> bool:
    try:
        parts = urlsplit(address)
        host = parts.hostname if parts.port != 0 else ""
    except ValueError:  # a port that is no number, a bracket without its other half
        return False
    has_gap = any(sign.isspace() for sign in address)
    return parts.scheme in ("http", "https") and bool(host) and not has_gap


def address_setting(vendor: str) -> str:
    """The setting that holds the address of a provider, as a person writes it."""
    return f"provider.{vendor}.url"


def _addresses(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if key in _ADDRESSES:
        yield _ADDRESSES[key], value
    elif key == "provider_urls":
        yield from ((address_setting(name), address) for name, address in value.items())


def _providers(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if key == "provider" and value:
        yield key, value
    elif key == "provider_urls":
        yield from ((address_setting(name), name) for name in value)
    elif key == "model_chains":
        for role, labels in value.items():
            yield from ((f"{key}.{role}", label.partition("/")[0]) for label in labels)
