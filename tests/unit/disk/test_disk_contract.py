"""What every disk does, shown for the local one and for the fake."""

import pytest
from agentxd.kernel.errors import ConflictError, InvalidRequestError
from agentxd.kernel.files import MODE_EXECUTABLE, MODE_FILE, blob_id
from agentxd.plugins.disk.local import LocalDisk
from agentxd.plugins.disk.memory import InMemoryDisk


@pytest.fixture(params=["local", "memory"])
def disk(request):
    return LocalDisk() if request.param == "local" else InMemoryDisk()


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "a root with späces"
    folder.mkdir()
    return str(folder)


@pytest.mark.parametrize("content", [b"", b"a\r\nb", b"\xef\xbb\xbfx\n", b"\xff\0"])
async def test_a_created_file_is_read_and_seen_byte_for_byte(disk, root, content):
    await disk.replace(root, "new/dir/file.py", None, content, MODE_FILE)
    found = await disk.read(root, "new/dir/file.py")
    assert found is not None
    assert found[0] == content
    snapshot = await disk.snapshot(root, {})
    assert snapshot.entries == {"new/dir/file.py": found[1]}


async def test_replace_swaps_only_what_is_still_the_same(disk, root):
    await disk.replace(root, "f", None, b"1", MODE_FILE)
    await disk.replace(root, "f", b"1", b"2", MODE_FILE)
    for before, after in [(b"1", b"3"), (None, b"3"), (b"1", None)]:
        with pytest.raises(ConflictError):
            await disk.replace(root, "f", before, after, MODE_FILE)
    assert (await disk.read(root, "f"))[0] == b"2"
    await disk.replace(root, "f", b"2", None, 0)
    assert await disk.read(root, "f") is None
    with pytest.raises(ConflictError):
        await disk.replace(root, "f", b"2", b"3", MODE_FILE)


async def test_the_executable_bit_follows_the_mode(disk, root):
    await disk.replace(root, "run", None, b"#!", MODE_EXECUTABLE)
    assert (await disk.read(root, "run"))[1].mode == MODE_EXECUTABLE
    await disk.replace(root, "run", b"#!", b"#!x", 0)
    assert (await disk.read(root, "run"))[1].mode == MODE_EXECUTABLE
    await disk.replace(root, "run", b"#!x", b"#!", MODE_FILE)
    assert (await disk.read(root, "run"))[1].mode == MODE_FILE


@pytest.mark.parametrize("path", ["../x", "/x", "a/../x", ".git/config", "a/.GIT/x", "", "a//b"])
async def test_no_path_leads_outside_or_into_git(disk, root, path):
    with pytest.raises(InvalidRequestError):
        await disk.read(root, path)
    with pytest.raises(InvalidRequestError):
        await disk.replace(root, path, None, b"x", MODE_FILE)


async def test_unsaved_text_lies_over_the_files(disk, root):
    await disk.replace(root, "a.py", None, b"disk", MODE_FILE)
    await disk.replace(root, "b.py", None, b"same", MODE_FILE)
    plain = await disk.snapshot(root, {})
    laid = await disk.snapshot(
        root, {"a.py": b"typed", "b.py": b"same", "new.py": b"n", ".env": b""}
    )
    assert laid.overlay == {"a.py": b"typed", "new.py": b"n"}
    assert laid.entries["a.py"].blob == blob_id(b"typed")
    assert set(laid.entries) == {"a.py", "b.py", "new.py"}
    assert laid.id != plain.id
