"""The local disk among links, secrets, ignored files, odd files and git."""

import os
import subprocess

import pytest
from agentxd.kernel.errors import AgentxError, ConflictError, WorkspaceRefusedError
from agentxd.kernel.files import MODE_FILE, MODE_LINK, blob_id
from agentxd.plugins.disk.dependencies import find_dependencies
from agentxd.plugins.disk.local import LocalDisk
from agentxd.plugins.disk.secret_files import is_secret_file


def init(folder):
    subprocess.run(["git", "init", "-q", folder], check=True)


@pytest.fixture(params=["repository", "plain folder"])
def root(request, tmp_path):
    folder = tmp_path / "root"
    folder.mkdir()
    if request.param == "repository":
        init(folder)
    return folder


def put(root, **files: str):
    for name, text in files.items():
        (root / name).write_text(text)


async def seen(root):
    return set((await LocalDisk().snapshot(str(root), {})).entries)


async def test_ignored_files_stay_out_and_so_does_their_unsaved_text(root):
    (root / ".gitignore").write_text("*.log\n/build/\n")
    (root / "build").mkdir()
    put(root, **{"build/x": "1", "a.log": "1", "a.py": "1"})
    snapshot = await LocalDisk().snapshot(str(root), {"b.log": b"typed", "build/y": b"typed"})
    assert set(snapshot.entries) == {".gitignore", "a.py"}


async def test_links_are_seen_as_links_and_never_followed(root, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "f").write_text("theirs")
    (root / "out").symlink_to(tmp_path / "outside")
    (root / "loop").symlink_to("loop")
    snapshot = await LocalDisk().snapshot(str(root), {})
    assert {path: e.mode for path, e in snapshot.entries.items()} == {
        "out": MODE_LINK,
        "loop": MODE_LINK,
    }
    assert snapshot.entries["loop"].blob == blob_id(b"loop")
    assert await LocalDisk().read(str(root), "out/f") is None
    for before in (None, b"theirs"):
        with pytest.raises(ConflictError):
            await LocalDisk().replace(str(root), "out/f", before, b"mine", MODE_FILE)
    assert (tmp_path / "outside" / "f").read_text() == "theirs"


async def test_odd_files_are_left_out_and_named(root):
    os.mkfifo(root / "fifo")
    (root / os.fsdecode(b"bad\xff")).write_text("")
    put(root, **{"key.pem": "x", "fine": "x"})
    with (root / "huge").open("wb") as file:
        file.truncate((32 << 20) + 1)
    snapshot = await LocalDisk().snapshot(str(root), {})
    assert set(snapshot.entries) == {"fine"}
    assert {"huge", "key.pem"} <= set(snapshot.left_out)


async def test_a_file_that_changed_is_hashed_again_whatever_its_time_says(root, tmp_path):
    disk = LocalDisk(tmp_path / "cache")
    put(root, f="one")
    os.utime(root / "f", ns=(1, 1))
    await disk.snapshot(str(root), {})
    put(root, f="two")
    os.utime(root / "f", ns=(1, 1))
    for again in (disk, LocalDisk(tmp_path / "cache")):
        snapshot = await again.snapshot(str(root), {})
        assert snapshot.entries["f"].blob == blob_id(b"two")


async def test_permissions_and_hard_links_survive_a_replacement(root):
    put(root, a="1", c="1")
    (root / "a").chmod(0o640)
    os.link(root / "c", root / "d")
    await LocalDisk().replace(str(root), "a", b"1", b"22", MODE_FILE)
    await LocalDisk().replace(str(root), "c", b"1", b"22", MODE_FILE)
    assert (root / "a").stat().st_mode & 0o777 == 0o640
    assert (root / "d").read_text() == "22"
    assert not list(root.glob(".*.agentxd"))


async def test_a_repository_inside_is_seen_with_its_files(root):
    (root / "sub").mkdir()
    init(root / "sub")
    put(root, **{"sub/f": "1"})
    assert await seen(root) == {"sub/f"}


@pytest.mark.parametrize("bad", ["/", "~", "/nowhere/at/all", "file"])
async def test_folders_that_are_no_project_are_refused(tmp_path, monkeypatch, bad):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "file").write_text("")
    with pytest.raises(WorkspaceRefusedError) as caught:
        await LocalDisk().snapshot(str(tmp_path / bad) if bad == "file" else bad, {})
    assert isinstance(caught.value, AgentxError)
    assert caught.value.next_step


@pytest.mark.parametrize(
    ("path", "is_secret"),
    [(".env", True), ("a/.env.local", True), (".env.example", False), ("x.pem", True),
     ("id_rsa", True), ("id_rsa.pub", False), (".npmrc", True), (".aws/config", True),
     ("credentials.json", True), ("src/credentials.py", False), ("key.py", False),
     ("Server.KEY", True), ("environment.py", False), ("README.md", False)],
)  # fmt: skip
def test_invariant_13_secret_files_are_known_by_their_names(path, is_secret):
    assert is_secret_file(path) is is_secret


def test_dependencies_are_found_down_to_two_levels(tmp_path):
    for folder in ("node_modules", "web/app/node_modules", "a/b/c/node_modules", "venv", ".venv"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("")
    assert find_dependencies(str(tmp_path)) == (".venv", "node_modules", "web/app/node_modules")
