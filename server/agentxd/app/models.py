"""The providers that talk to models: which one a goal gets, and how the settings make it."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence

from agentxd_protocol.setting import Settings

from agentxd.app.setting_values import (
    address_setting,
    check_address,
    is_built_in,
    provider_names,
)
from agentxd.app.warming import automatic
from agentxd.kernel.errors import InvalidRequestError, ProviderError
from agentxd.kernel.ports import Provider
from agentxd.plugins.providers.registry import Row, all_models, is_described
from agentxd.plugins.providers.remote import RemoteProvider
from agentxd.plugins.providers.vendors import VENDORS, Endpoint
from agentxd.plugins.providers.worker.host import WorkerHost

MakeProvider = Callable[[str, Sequence[str]], Provider]


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

    def makers(self, besides: Mapping[str, MakeProvider]) -> Mapping[str, MakeProvider]:
        """Name to maker, as `Plugins.providers` wants them, with those of no vendor `besides`."""
        return _Makers(self._maker, besides)

    def make(self, vendor: str) -> RemoteProvider:
        """A provider as the settings of this moment say; imports a third party's module.

        Raises ProviderError.
        """
        settings = self._settings()
        endpoint = endpoint_of(vendor, settings)
        rows = None
        if vendor not in VENDORS:
            from agentxd.plugins.providers.installed import find_vendor  # noqa: PLC0415  # seldom needed

            rows = find_vendor(vendor).models
        return RemoteProvider(endpoint, self.host, self._model_of(vendor, settings, rows), rows)

    def automatic(self) -> str:
        """The provider for a goal where neither the goal nor the settings name one."""
        settings = self._settings()
        if named := split_model(settings.model)[0]:
            return named
        return self._at_hand(settings)

    def _model_of(self, vendor: str, settings: Settings, rows: Sequence[Row] | None) -> str:
        """The setting `model` where it is meant for this vendor, else nothing."""
        named, name = split_model(settings.model)
        if named and not settings.provider:
            return name if named == vendor else ""
        if vendor == (settings.provider or self._at_hand(settings)):
            return settings.model
        known = all_models() if rows is None else rows
        return settings.model if is_described(vendor, settings.model, known) else ""

    def _at_hand(self, settings: Settings) -> str:
        return automatic(self._environment, lambda key: bool(getattr(settings, key)))

    def _maker(self, vendor: str) -> MakeProvider:
        def make(script: str, checks: Sequence[str]) -> Provider:
            del script, checks
            return self.make(vendor)

        return make


class _Makers(Mapping[str, MakeProvider]):
    """Built-in ones at once; the files of installed packages are read for other names only."""

    def __init__(
        self, maker: Callable[[str], MakeProvider], besides: Mapping[str, MakeProvider]
    ) -> None:
        self._maker = maker
        self._besides = besides

    def __getitem__(self, name: str) -> MakeProvider:
        if name in self._besides:
            return self._besides[name]
        if name not in VENDORS and name not in _known_names():
            raise KeyError(name)
        return self._maker(name)

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*self._besides, *_known_names())))

    def __len__(self) -> int:
        return sum(1 for _ in self)


def _known_names() -> Sequence[str]:
    from agentxd.plugins.providers.installed import known_names  # noqa: PLC0415  # seldom needed

    return known_names()


def split_model(label: str) -> tuple[str, str]:
    """Provider and model of `provider/model`; no provider where the first part is none."""
    provider, slash, model = label.partition("/")
    if slash and model and (is_built_in(provider) or provider in provider_names()):
        return provider, model
    return "", label


def url_of(vendor: str, settings: Settings) -> str:
    """The address that the settings have for a vendor, empty where they have none."""
    own = getattr(settings, f"provider_{vendor}_url", "")
    return str(own or settings.provider_urls.get(vendor, ""))


def endpoint_of(vendor: str, settings: Settings) -> Endpoint:
    """Where the settings say that the vendor is, and how to talk to it.

    Raises ProviderError for an address that is none; a file was edited by hand then.
    """
    url = url_of(vendor, settings)
    try:
        check_address(address_setting(vendor), url)
    except InvalidRequestError as error:
        raise ProviderError(error.message, error.next_step) from error
    return Endpoint(
        vendor=vendor,
        url=url,
        wire=settings.provider_openai_wire if vendor == "openai" else "",
        effort=settings.provider_effort,
        context_tokens=settings.provider_ollama_context if vendor == "ollama" else 0,
        stall_s=float(settings.provider_stall_seconds),
        retry_s=float(settings.provider_retry_seconds),
    )
