"""The built-in plugins, made where they are needed and not before."""

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from agentxd.app.backends import Backends
from agentxd.kernel.ports import Provider, SandboxBackend

MakeProvider = Callable[[str, Sequence[str]], Provider]


def built_in_backends() -> Backends:
    """Sandboxes, the strongest first."""
    from agentxd.plugins.sandboxes.bubblewrap import BubblewrapBackend  # noqa: PLC0415
    from agentxd.plugins.sandboxes.docker_backend import DockerBackend  # noqa: PLC0415
    from agentxd.plugins.sandboxes.process import ProcessBackend  # noqa: PLC0415

    backends: list[SandboxBackend] = [DockerBackend(), BubblewrapBackend(), ProcessBackend()]
    return Backends(backends)


def built_in_providers() -> Mapping[str, MakeProvider]:
    """Name to maker."""
    return {"mechanic": _mechanic, "scripted": _scripted}


def own_tools() -> tuple[str, ...]:
    """Executables of ours that every sandbox shows: ruff from its wheel."""
    beside = Path(sys.executable).parent / "ruff"
    found = str(beside) if beside.exists() else shutil.which("ruff")
    return (str(Path(found).resolve()),) if found else ()


def _mechanic(script: str, checks: Sequence[str]) -> Provider:
    from agentxd.plugins.providers.mechanic import MechanicProvider  # noqa: PLC0415
    from agentxd.plugins.providers.mechanic.mending import read_mending  # noqa: PLC0415

    return MechanicProvider(checks, read_mending(Path(script)) if script else None)


def _scripted(script: str, checks: Sequence[str]) -> Provider:
    from agentxd.plugins.providers.scripted import scripted_from  # noqa: PLC0415

    del checks
    return scripted_from(Path(script))
