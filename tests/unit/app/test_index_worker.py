"""What the index worker's children are told, where everybody can read it."""

import pytest
from agentxd.app.index_worker import for_readers
from agentxd.plugins.indexing.wire import IndexSettings


@pytest.mark.parametrize("embedder", ["static", "ollama", "openai", "minilm", "acme", "none"])
def test_no_address_and_no_slow_embedder(embedder):
    settings = IndexSettings(
        root="/r", place="/p", embedder=embedder, embedder_url="http://me:hidden@host"
    )
    told = for_readers(settings)
    assert "hidden" not in str(told)
    assert told.embedder == (embedder if embedder in ("static", "acme") else "none")
    assert (told.root, told.place) == ("/r", "/p")
