"""What only the composition root knows of the process; sessions.application.House."""

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from agentxd.app.backends import Backends
from agentxd.app.model_list import ModelList, rows
from agentxd.app.settings import SettingsBook
from agentxd.kernel.events import Event, SettingChanged
from agentxd.kernel.ports import EventLog
from agentxd.kernel.providers import ProviderReport
from agentxd.sessions.application import Check
from agentxd.sessions.replaying import Replay, replay
from agentxd.tasks.state import SETTING_OF

_LOW_DISK = 512 << 20


class LocalHouse:
    """The daemon on this machine."""

    def __init__(
        self,
        root: str,
        state_dir: str,
        version: str,
        book: SettingsBook,
        leave: Callable[[str], None],
    ) -> None:
        self.root = root
        self.state_dir = state_dir
        self.version = version
        self.book = book
        self.rules_place = book.path("user")
        self.started_ms = time.time_ns() // 1_000_000
        self._leave = leave
        self._warnings: list[str] = []
        self._log: EventLog | None = None
        self._backends: Backends | None = None
        self._models: ModelList | None = None

    def equip(self, log: EventLog, backends: Backends, models: ModelList | None = None) -> None:
        """What `doctor`, `models` and `replay` look at."""
        self._log = log
        self._backends = backends
        self._models = models

    def warn(self, words: str) -> None:
        """Remember something that a person should know, once."""
        if words not in self._warnings:
            self._warnings.append(words)

    def warnings(self) -> list[str]:
        """What was found at the start, in the settings, and on the disk."""
        found = [*self._warnings, *self.book.effective()[2]]
        free = shutil.disk_usage(self.state_dir).free
        if free < _LOW_DISK:
            found.append(f"only {free >> 20} MiB are free in {self.state_dir}")
        return found

    def settings(self) -> tuple[Mapping[str, Any], Mapping[str, str], Sequence[str]]:
        """Effective settings, where they come from, and what is wrong with their files."""
        settings, sources, warnings = self.book.effective()
        return settings.model_dump(), sources, warnings

    def written_settings(self) -> Mapping[str, Mapping[str, Any]]:
        """Scope to what stands in its file."""
        return self.book.written()

    def set_setting(self, key: str, value: Any, scope: str) -> None:
        """Write one setting."""
        self.book.set(key, value, scope)

    def keep_rules(self, decision: str, rules: Sequence[str], by: str) -> Sequence[Event]:
        """Write the rules of an answer for this workspace. Raises StorageError."""
        key = SETTING_OF[decision]
        found = self.book.add_rules(key, self.root, rules)
        return [SettingChanged(key, msgspec.json.encode(found).decode(), by)]

    def stop(self, reason: str) -> None:
        """Begin to leave."""
        self._leave(reason)

    async def checks(self) -> list[Check]:
        """The daemon, the log, the disk, the settings, each sandbox."""
        checks = [Check("daemon", "ok", f"version {self.version} serves {self.root}")]
        if self._log is not None:
            found = await replay(self._log)
            detail = f"{found.n_records} records, {found.n_seals} state hashes compared"
            state = "ok" if found.is_same else "error"
            checks.append(Check("event log", state, detail, "" if found.is_same else "See replay."))
        checks += [Check("warning", "warning", words) for words in self.warnings()]
        if self._backends is not None:
            for name, probe in (await self._backends.probes()).items():
                state = "ok" if probe.is_available and not probe.is_unsafe else "warning"
                checks.append(
                    Check(f"sandbox {name}", state, "; ".join((probe.reason, *probe.notes)))
                )
        checks += [Check(*row) for row in rows(await self.models())]
        checks.append(Check("provider mechanic", "ok", "rules, no model, no key"))
        checks.append(Check("provider scripted", "ok", "plays a written conversation"))
        return checks

    async def models(self, provider: str = "") -> list[ProviderReport]:
        """How each provider of models is now. Raises NotFoundError."""
        return await self._models.reports(provider) if self._models is not None else []

    async def replay(self, task: str) -> Replay:
        """Rebuild from the log."""
        if self._log is None:
            raise RuntimeError("the house has no log yet")
        return await replay(self._log, task)
