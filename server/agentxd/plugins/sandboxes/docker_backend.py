"""Sandbox by Docker: a container without network, capabilities or a writable root."""

import asyncio
import logging
import os
from pathlib import Path
from typing import Any

from agentxd.kernel.errors import SandboxError, SandboxUnavailableError
from agentxd.kernel.sandboxes import Probe, SandboxSpec
from agentxd.plugins.sandboxes.docker_image import ensure_skeleton
from agentxd.plugins.sandboxes.docker_sandbox import HOME, DockerSandbox
from agentxd.plugins.sandboxes.lasting import made
from agentxd.plugins.sandboxes.toolchain import ETC, SYSTEM, TOOLS, interpreter_prefixes
from agentxd.plugins.sandboxes.worktree import WorkTree

_log = logging.getLogger(__name__)
_PROBE_S = 3
_CALL_S = 60
_TMP_BYTES = 512 << 20
_KEEPER = "trap : TERM; while :; do sleep 2147483647 & wait; done"
"""PID 1: reaps orphans; the kernel lets no process of the container kill it."""
_FLAGS = {
    "MemoryLimit": "the engine does not limit memory",
    "PidsLimit": "the engine does not limit processes",
    "CpuCfsQuota": "the engine does not limit CPU",
}


class DockerBackend:
    """Implements SandboxBackend with a local engine; DOCKER_HOST or the default socket."""

    name = "docker"

    async def probe(self) -> Probe:
        """Whether the engine answers within three seconds, and what it does not hold."""
        try:
            async with asyncio.timeout(_PROBE_S + 1):
                return await asyncio.to_thread(_probe)
        except TimeoutError:
            return Probe(False, "the Docker engine does not answer; restart it")

    async def open(self, spec: SandboxSpec) -> DockerSandbox:
        """A container on a fresh working copy."""
        tree = await WorkTree.prepare(spec)
        try:
            sandbox = await made(lambda: _start(spec, tree), _stop)
        except BaseException:
            await tree.destroy()
            raise
        sandbox.prepare()
        return sandbox

    async def reap(self, workspace: str, live: frozenset[str]) -> list[str]:
        """Remove containers of this workspace whose owner is not alive."""
        return await asyncio.to_thread(_reap, workspace, live)


def _client(timeout_s: int) -> Any:
    """A client of the local engine. Raises SandboxUnavailableError."""
    import docker  # noqa: PLC0415  # heavy, and only where Docker is used
    import docker.errors  # noqa: PLC0415

    host = os.environ.get("DOCKER_HOST", "unix:///var/run/docker.sock")
    if not host.startswith("unix://"):
        raise SandboxUnavailableError(
            f"the Docker engine at {host} is not on this machine, so it cannot see the copy",
            "Unset DOCKER_HOST, or choose another sandbox: --sandbox bubblewrap",
        )
    path = host.removeprefix("unix://")
    if not Path(path).exists():
        raise SandboxUnavailableError(
            "no Docker engine runs here", "Start Docker, or use bubblewrap."
        )
    try:
        return docker.DockerClient(base_url=host, version="auto", timeout=timeout_s)
    except docker.errors.DockerException as error:
        if not os.access(path, os.W_OK):
            raise SandboxUnavailableError(
                f"you may not use {path}", "Join the group docker, and log in again."
            ) from error
        raise SandboxUnavailableError(
            f"the Docker engine does not answer: {error}", "Start or restart Docker."
        ) from error


def engine_errors() -> tuple[type[Exception], ...]:
    """Everything that the SDK and its transport raise when the engine is in trouble."""
    import docker.errors  # noqa: PLC0415  # heavy, and only where Docker is used
    import requests.exceptions  # noqa: PLC0415

    return docker.errors.DockerException, requests.exceptions.RequestException, OSError


def _probe() -> Probe:
    try:
        client = _client(_PROBE_S)
    except SandboxUnavailableError as error:
        return Probe(False, f"{error.message}. {error.next_step}")
    try:
        info = client.info()
    except engine_errors() as error:
        return Probe(False, f"the Docker engine does not answer: {error}")
    finally:
        client.close()
    missing = tuple(words for flag, words in _FLAGS.items() if not info.get(flag))
    if missing:
        return Probe(False, "; ".join(missing), notes=missing)
    return Probe(True, f"container, engine {info.get('ServerVersion')}")


def _start(spec: SandboxSpec, tree: WorkTree) -> DockerSandbox:
    import docker.errors  # noqa: PLC0415  # heavy, and only where Docker is used

    client = _client(_CALL_S)
    user = _user_of(spec.snapshot.root)
    try:
        image = spec.image or ensure_skeleton(client)
        container = client.containers.create(image, **_arguments(spec, tree, user))
        sandbox = DockerSandbox(spec, tree, container, user)
        _begin(sandbox)
    except docker.errors.ImageNotFound as error:
        client.close()
        raise SandboxUnavailableError(
            f"the engine has no image {spec.image}", f"Get it with: docker pull {spec.image}"
        ) from error
    except engine_errors() as error:
        client.close()
        raise SandboxError(
            f"no container could be started: {error}", "See: agentxd doctor"
        ) from error
    return sandbox


def _begin(sandbox: DockerSandbox) -> None:
    """Start its container; one that does not start is removed again."""
    try:
        sandbox.container.start()
    except BaseException:
        _stop(sandbox)
        raise


def _stop(sandbox: DockerSandbox) -> None:
    """Remove a container that nobody waits for any more."""
    try:
        sandbox.remove_container()
    except engine_errors() as error:
        _log.warning("container of %s is left to the next start: %s", sandbox.id, error)


def _arguments(spec: SandboxSpec, tree: WorkTree, user: str) -> dict[str, Any]:
    limits = spec.limits
    workspace, _, _ = spec.owner.partition("/")
    return {
        "entrypoint": ["/bin/sh", "-c", _KEEPER],
        "command": [],
        "user": user,
        "working_dir": "/",
        "cap_drop": ["ALL"],
        "security_opt": ["no-new-privileges"],
        "network_mode": "bridge" if limits.has_network else "none",
        "read_only": True,
        "tmpfs": {"/tmp": f"size={_TMP_BYTES},exec,mode=1777"},  # noqa: S108  # the container's own
        "mem_limit": limits.memory_bytes,
        "memswap_limit": limits.memory_bytes,
        "pids_limit": limits.n_pids,
        "nano_cpus": round(limits.cpus * 1e9),
        "environment": {"HOME": HOME},
        "hostname": "sandbox",
        "labels": {"agentx.workspace": workspace, "agentx.owner": spec.owner},
        "mounts": _mounts(spec, tree),
    }


def _mounts(spec: SandboxSpec, tree: WorkTree) -> list[Any]:
    root = spec.snapshot.root
    mounts = [_bind(str(tree.path), root, is_read_only=False)]
    shown = [f"{root}/{name}" for name in spec.dependencies]
    if not spec.image:
        shown += [
            place for place in SYSTEM if Path(place).is_dir() and not Path(place).is_symlink()
        ]
        shown += [place for place in ETC if Path(place).exists()]
        shown += interpreter_prefixes(root, spec.dependencies)
    mounts += [_bind(place, place) for place in dict.fromkeys(shown)]
    mounts += [_bind(tool, f"{TOOLS}/{Path(tool).name}") for tool in spec.tools]
    return mounts


def _bind(source: str, target: str, *, is_read_only: bool = True) -> Any:
    from docker.types import Mount  # noqa: PLC0415  # heavy, and only where Docker is used

    real = os.path.realpath(source)
    return Mount(target, real, type="bind", read_only=is_read_only, propagation="rprivate")


def _user_of(root: str) -> str:
    """Files of the copy belong to whoever owns the workspace; with all capabilities dropped."""
    found = Path(root).stat()
    return f"{found.st_uid}:{found.st_gid}"


def _reap(workspace: str, live: frozenset[str]) -> list[str]:
    troubles: tuple[type[Exception], ...] = (SandboxUnavailableError, *engine_errors())
    try:
        client = _client(_PROBE_S)
        labels = [f"agentx.workspace={workspace}"]
        found = client.containers.list(all=True, filters={"label": labels})
    except troubles as error:
        _log.info("no containers were looked for: %s", error)
        return []
    reaped: list[str] = []
    for container in found:
        if container.labels.get("agentx.owner") not in live:
            container.remove(force=True, v=True)
            reaped.append(f"container {container.name}")
    return reaped
