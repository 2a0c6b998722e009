"""What every blob store does, and what only the one on disk does."""

import os

import pytest
from agentxd.kernel.errors import NotFoundError, StorageError
from agentxd.kernel.files import blob_id
from agentxd.plugins.stores.blobs import DiskBlobStore
from agentxd.plugins.stores.memory_blobs import InMemoryBlobStore


@pytest.fixture(params=["disk", "memory"])
def store(request, tmp_path):
    return InMemoryBlobStore(100) if request.param == "memory" else DiskBlobStore(tmp_path, 100)


@pytest.mark.parametrize("content", [b"", b"a\r\n\0\xff", b"x" * 100])
async def test_a_content_comes_back_by_its_hash(store, content):
    assert await store.put(content) == blob_id(content)
    assert await store.get(blob_id(content)) == content
    assert await store.size() == len(content)


async def test_the_same_content_is_kept_once(store):
    await store.put(b"x" * 60)
    await store.put(b"x" * 60)
    assert await store.size() == 60


@pytest.mark.parametrize("name", ["0" * 64, "", "../../etc/passwd", "0" * 63 + "/"])
async def test_an_unknown_name_is_not_found(store, name):
    with pytest.raises(NotFoundError):
        await store.get(name)


async def test_beyond_the_quota_nothing_is_kept_and_the_user_is_told(store):
    await store.put(b"x" * 60)
    with pytest.raises(StorageError) as caught:
        await store.put(b"y" * 60)
    assert "quota" in caught.value.message
    assert caught.value.next_step
    assert await store.size() == 60


async def test_collect_drops_what_is_not_kept(store):
    keep, drop = await store.put(b"keep"), await store.put(b"drop it")
    assert await store.collect(frozenset({keep})) == 7
    assert await store.get(keep) == b"keep"
    with pytest.raises(NotFoundError):
        await store.get(drop)
    await store.put(b"x" * 96)


async def test_what_was_put_lately_again_or_first_outlives_a_collection(store):
    old, again, new = [await store.put(content) for content in (b"old", b"again", b"new")]
    _aged(store, old, again)
    await store.put(b"again")
    assert await store.collect(frozenset(), grace_s=3600) == 3
    assert [await store.get(again), await store.get(new)] == [b"again", b"new"]
    with pytest.raises(NotFoundError):
        await store.get(old)
    assert await store.collect(frozenset({new})) == 5


async def test_a_full_quota_has_room_again_after_a_collection(store):
    await store.put(b"x" * 100)
    with pytest.raises(StorageError):
        await store.put(b"y")
    await store.collect(frozenset())
    assert await store.size() == 0
    await store.put(b"y" * 100)


async def test_damaged_contents_are_told_by_their_ids(store):
    blobs = [await store.put(content) for content in (b"one", b"two")]
    assert await store.damaged() == []
    _damage(store, blobs[1])
    assert await store.damaged() == [blobs[1]]


def _aged(store, *blobs):
    for blob in blobs:
        if isinstance(store, InMemoryBlobStore):
            store.put_at[blob] -= 7200
        else:
            path = store.folder / blob[:2] / blob[2:]
            os.utime(path, (path.stat().st_mtime - 7200,) * 2)


def _damage(store, blob):
    if isinstance(store, InMemoryBlobStore):
        store.blobs[blob] = b"other"
    else:
        (store.folder / blob[:2] / blob[2:]).write_bytes(b"other")


async def test_a_damaged_content_is_noticed_and_healed_when_put_again(tmp_path):
    store = DiskBlobStore(tmp_path)
    blob = await store.put(b"content")
    path = tmp_path / blob[:2] / blob[2:]
    assert path.stat().st_mode & 0o777 == 0o600
    path.write_bytes(b"c0ntent")
    with pytest.raises(StorageError, match="damaged"):
        await store.get(blob)
    await store.put(b"content")
    assert await store.get(blob) == b"content"
