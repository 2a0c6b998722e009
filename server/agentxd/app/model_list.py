"""Asks every provider of models how it is, all at once and not for long."""

import asyncio
import os
from collections.abc import Callable, Mapping, Sequence

from agentxd_protocol.setting import Settings
from msgspec.structs import replace

from agentxd.app.models import ModelProviders, url_of
from agentxd.app.setting_values import WITHOUT_MODEL, address_setting
from agentxd.kernel.errors import NotFoundError, ProviderError
from agentxd.kernel.providers import ProviderReport
from agentxd.kernel.redaction import redact
from agentxd.plugins.providers.vendors import Vendor
from agentxd.plugins.providers.worker.keys import key_source, no_key

_LIMIT_S = 10.0
"""For loading an SDK and one question; a server that needs longer is as good as gone."""


class ModelList:
    """What the installed providers have to offer now."""

    def __init__(
        self,
        providers: ModelProviders,
        settings: Callable[[], Settings],
        environment: Mapping[str, str] = os.environ,
        limit_s: float = _LIMIT_S,
    ) -> None:
        self._providers = providers
        self._settings = settings
        self._environment = environment
        self._limit_s = limit_s

    async def reports(self, only: str = "") -> list[ProviderReport]:
        """Every provider of models, or the one that is named. Raises NotFoundError."""
        if only in WITHOUT_MODEL:
            return [self._without_model(only)]
        from agentxd.plugins.providers.installed import installed  # noqa: PLC0415  # needed here alone

        vendors, broken = await asyncio.to_thread(installed)
        wanted = [vendor for vendor in vendors if only in ("", vendor.name)]
        passed_over = [
            ProviderReport(
                name=entry.name, url=entry.place, is_set_up=True, reason=entry.reason,
                next_step="mend or remove the package that declares it",
            )
            for entry in broken
            if only in ("", entry.name)
        ]  # fmt: skip
        if not wanted and not passed_over:
            names = ", ".join((*(vendor.name for vendor in vendors), *WITHOUT_MODEL))
            raise NotFoundError(f"there is no provider {only!r}", f"Use one of: {names}.")
        found = await asyncio.gather(*(self._report(vendor) for vendor in wanted))
        chosen = self._chosen()
        return [*(replace(one, is_chosen=one.name == chosen) for one in found), *passed_over]

    def _chosen(self) -> str:
        return self._settings().provider or self._providers.automatic()

    def _without_model(self, name: str) -> ProviderReport:
        return ProviderReport(
            name=name, about=WITHOUT_MODEL[name], is_reachable=True, is_set_up=True,
            is_chosen=name == self._chosen(),
        )  # fmt: skip

    async def _report(self, vendor: Vendor) -> ProviderReport:
        environment = self._environment
        own_url = url_of(vendor.name, self._settings()) or environment.get(vendor.url_variable, "")
        variables = tuple(filter(None, (*vendor.key_variables, vendor.url_variable)))
        report = ProviderReport(
            name=vendor.name,
            url=redact(own_url or vendor.default_url),
            is_set_up=bool(own_url),
            variables=variables,
            variables_set=tuple(name for name in variables if environment.get(name, "").strip()),
        )
        try:
            provider = await asyncio.to_thread(self._providers.make, vendor.name)
            report = replace(report, models=tuple(map(provider.model, provider.models())))
            source = await asyncio.to_thread(key_source, vendor, environment)
            report = replace(report, key_source=source, is_set_up=bool(source or own_url))
            if vendor.is_key_needed and not report.is_set_up:
                raise no_key(vendor, environment)
            async with asyncio.timeout(self._limit_s):
                names = await provider.reachable()
        except ProviderError as error:
            return _troubled(report, error)
        except TimeoutError:
            words = f"{vendor.name} did not answer within {self._limit_s:.0f} s."
            return replace(report, reason=words, next_step="check the network and the address")
        return replace(report, is_reachable=True, models=tuple(map(provider.model, names)))


def _troubled(report: ProviderReport, error: ProviderError) -> ProviderReport:
    if error.kind == "model":  # no model was asked for: it is the list of them that is not there
        hint = "; it often ends in /v1" if report.name == "openai" else ""
        setting = address_setting(report.name)
        return replace(
            report,
            reason=f"There is no API of the kind of {report.name} at {report.url}: it answers 404.",
            next_step=f"check the address{hint}: agentxd config set {setting} URL",
        )
    is_set_up = report.is_set_up or "Others can read" in error.message
    return replace(report, reason=error.message, next_step=error.next_step, is_set_up=is_set_up)


def check_of(report: ProviderReport) -> tuple[str, str, str]:
    """State, detail and next step for `doctor`: only what was chosen must work."""
    if report.is_reachable:
        key = f", key from {report.key_source}" if report.key_source else ""
        count = len(report.models)
        return "ok", f"{count} model{'' if count == 1 else 's'} at {report.url}{key}", ""
    return "error" if report.is_chosen else "warning", report.reason, report.next_step


def rows(reports: Sequence[ProviderReport]) -> list[tuple[str, str, str, str]]:
    """Name, state, detail and next step of each."""
    return [(f"provider {report.name}", *check_of(report)) for report in reports]
