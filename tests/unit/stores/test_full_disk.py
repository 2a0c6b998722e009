"""On a disk that is full or read-only every store says so, loses nothing, and goes on later."""

import os
import shutil
import subprocess

import pytest
from agentxd.kernel.errors import StorageError
from agentxd.kernel.events import TaskStarted
from agentxd.plugins.disk.local import LocalDisk
from agentxd.plugins.stores.blobs import DiskBlobStore
from agentxd.plugins.stores.event_log import SqliteEventLog

pytestmark = pytest.mark.real


@pytest.fixture
def small(tmp_path):
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        if os.environ.get("CI"):
            pytest.fail("a small tmpfs cannot be mounted")
        pytest.skip("a small tmpfs cannot be mounted: run as the superuser")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(folder):
    with pytest.raises(OSError, match="No space"):
        (folder / "filler").write_bytes(b"x" * (2 << 20))


async def append_until_full(log, kept):
    for _ in range(100):
        kept += await log.append([TaskStarted("t" * 2_000)])


async def test_the_log_recovers_when_space_returns(small):
    log = await SqliteEventLog.open(small / "events.db")
    kept = await log.append([TaskStarted("t1")])
    fill(small)
    with pytest.raises(StorageError) as caught:
        await append_until_full(log, kept)
    assert caught.value.next_step
    (small / "filler").unlink()
    kept += await log.append([TaskStarted("t3")])
    assert await log.read(0, 200) == kept
    assert await log.verify() == len(kept)
    await log.close()


async def test_a_full_disk_leaves_blobs_and_files_as_they_were(small):
    (small / "root").mkdir()
    (small / "root" / "f").write_bytes(b"old")
    (small / "root" / "g").write_bytes(b"old")
    os.link(small / "root" / "g", small / "root" / "h")
    store = DiskBlobStore(small / "blobs")
    blob = await store.put(b"kept")
    fill(small)
    for name in ("f", "g"):
        with pytest.raises(StorageError):
            await LocalDisk().replace(str(small / "root"), name, b"old", b"n" * 50_000, 0)
        assert (small / "root" / name).read_bytes() == b"old"
    assert sorted(path.name for path in (small / "root").iterdir()) == ["f", "g", "h"]
    with pytest.raises(StorageError):
        await store.put(b"n" * 50_000)
    assert await store.get(blob) == b"kept"
    (small / "filler").unlink()
    await store.put(b"n" * 50_000)


async def test_a_read_only_disk_is_named_with_a_next_step(small):
    subprocess.run(["mount", "-o", "remount,ro", str(small)], check=True)
    with pytest.raises(StorageError) as caught:
        await SqliteEventLog.open(small / "state" / "events.db")
    assert "AGENTXD_STATE_DIR" in caught.value.next_step
