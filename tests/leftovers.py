"""What a task may leave on a machine: processes, mounts, containers, folders."""

import os
import time
from pathlib import Path

from daemons import DaemonHouse, is_alive


def check_nothing_left(house: DaemonHouse) -> None:
    """Nothing of any task of this house. What goes a moment later is waited for, 10 s at most."""
    for _ in range(100):
        if not (found := left_overs(house)):
            return
        time.sleep(0.1)
    raise AssertionError(f"left behind: {found}")


def left_overs(house: DaemonHouse) -> list[str]:
    """One line for each."""
    folder = str(house.state_dir / "sandboxes")
    mounts = Path("/proc/self/mounts").read_text().splitlines()
    return [
        *(line for line in mounts if folder in line),
        *_processes(folder),
        *_containers(house.state_dir.name),
        *map(str, Path(folder).glob("*")),
    ]


def _processes(folder: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or not is_alive(int(entry.name)):
            continue
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").replace("\0", " ")
            places = [str((entry / name).readlink()) for name in ("cwd", "root")]
        except OSError:
            continue
        if any(folder in text for text in (words, *places)) and int(entry.name) != os.getpid():
            found.append(f"{entry.name} {words}")
    return found


def _containers(workspace: str) -> list[str]:
    import docker
    from docker.errors import DockerException

    try:
        client = docker.from_env()
    except DockerException:
        return []  # without an engine there are none
    try:
        # as the engine lists them: to look at each would fail for one that goes just now
        found = client.api.containers(all=True, filters={"label": f"agentx.workspace={workspace}"})
        return [f"container {one['Names']} {one['Labels'].get('agentx.owner')}" for one in found]
    finally:
        client.close()
