"""What every blob store does, and what only the one on disk does."""

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
