"""Which sandbox a task gets: the wanted one, or the strongest that works on this machine."""

import asyncio
from collections.abc import Sequence

from agentxd.kernel.errors import NotFoundError, SandboxUnavailableError
from agentxd.kernel.ports import SandboxBackend
from agentxd.kernel.sandboxes import Probe

_TRUSTED_S = 60.0


class Backends:
    """The installed sandbox back ends, the strongest first."""

    def __init__(self, backends: Sequence[SandboxBackend]) -> None:
        self._backends = tuple(backends)
        self._good: dict[str, tuple[float, Probe | None]] = {}
        self.sweep = asyncio.Lock()
        """Held while left-overs are removed: a new sandbox must not be taken for one of them."""

    async def choose(self, wanted: str, *, is_unsafe_allowed: bool) -> tuple[SandboxBackend, Probe]:
        """The back end for a task, tried for real within the last minute.

        Raises NotFoundError for an unknown name, SandboxUnavailableError with every reason.
        """
        candidates = [backend for backend in self._backends if wanted in ("", backend.name)]
        if not candidates:
            names = ", ".join(backend.name for backend in self._backends)
            raise NotFoundError(f"there is no sandbox {wanted!r}", f"Use one of: {names}.")
        reasons: list[str] = []
        async with self.sweep:
            pass
        for backend in candidates:
            probe = await self._probe(backend)
            if not probe.is_available:
                reasons.append(f"{backend.name}: {probe.reason}")
            elif probe.is_unsafe and not is_unsafe_allowed:
                reasons.append(f"{backend.name}: it isolates nothing and is not allowed")
            else:
                return backend, probe
        raise SandboxUnavailableError(
            "no sandbox can be opened; " + "; ".join(reasons), _next_step(wanted)
        )

    async def _probe(self, backend: SandboxBackend) -> Probe:
        """What worked a moment ago is not tried again: a prompt waits for it."""
        now = asyncio.get_running_loop().time()
        tried_s, probe = self._good.get(backend.name, (-_TRUSTED_S, None))
        if probe is None or now - tried_s >= _TRUSTED_S:
            probe = await backend.probe()
            self._good.pop(backend.name, None)
            if probe.is_available:
                self._good[backend.name] = now, probe
        return probe

    async def probes(self) -> dict[str, Probe]:
        """How each back end is, for `doctor`."""
        return {backend.name: await backend.probe() for backend in self._backends}

    async def reap(self, workspace: str, live: frozenset[str]) -> list[str]:
        """Remove what dead daemons left."""
        found: list[str] = []
        for backend in self._backends:
            found += await backend.reap(workspace, live)
        return found


def _next_step(wanted: str) -> str:
    allow = "agentxd config set --scope user allow_unsafe_sandbox true"
    if wanted == "process":
        return f"Leave --sandbox out for one with walls, or allow this one: {allow}"
    return f"Install bubblewrap or start Docker, or allow the unsafe one: {allow}"
