"""MiniLM is told to be missing where it is; a model that fails, or is another one, is told as well."""

import numpy as np
import pytest
from agentxd.kernel.errors import EmbedderError
from agentxd.plugins.embedders.minilm import PACKAGE, MinilmEmbedder, is_installed, load_model
from agentxd.plugins.embedders.registry import make_embedder


class FakeModel:
    """Answers like a model of sentence-transformers, or fails."""

    def __init__(self, dimensions=384, error=None) -> None:
        self.dimensions = dimensions
        self.error = error
        self.batches: list[list[str]] = []

    def encode(self, texts, **_options):
        self.batches.append(texts)
        if self.error:
            raise self.error
        return np.ones((len(texts), self.dimensions), np.float32)


def test_where_it_is_not_installed_the_next_step_is_told() -> None:
    assert is_installed("numpy")
    assert not is_installed("no_such_package_of_minilm")
    with pytest.raises(EmbedderError, match="not installed") as caught:
        MinilmEmbedder(lambda: load_model("no_such_package_of_minilm")).query("x")
    assert "pip install 'agentxd[minilm]'" in caught.value.next_step


def test_it_is_made_where_it_is_installed_and_only_there() -> None:
    if is_installed(PACKAGE):
        assert make_embedder("minilm").dimensions == 384
    else:
        with pytest.raises(EmbedderError, match="not installed"):
            make_embedder("minilm")


def test_long_and_many_texts_go_in_batches() -> None:
    model = FakeModel()
    embedder = MinilmEmbedder(lambda: model)
    assert len(embedder.documents(["x" * 9_999] * 70)) == 70 * 384
    assert [len(batch) for batch in model.batches] == [32, 32, 6]
    assert max(len(text) for batch in model.batches for text in batch) == 2_000
    assert embedder.documents([]) == b""
    assert len(embedder.query("x")) == 384


@pytest.mark.parametrize(
    "error", [RuntimeError("no memory"), ValueError("odd"), MemoryError("none left")]
)
def test_a_model_that_fails_is_told(error) -> None:
    with pytest.raises(EmbedderError, match="MiniLM failed"):
        MinilmEmbedder(lambda: FakeModel(error=error)).query("x")


@pytest.mark.parametrize(
    "error", [OSError("no weights"), RuntimeError("damaged"), ImportError("no torch")]
)
def test_a_model_that_does_not_load_is_told_each_time(error) -> None:
    def load():
        raise error

    embedder = MinilmEmbedder(load)
    for _ in range(2):
        with pytest.raises(EmbedderError, match=str(error)):
            embedder.documents(["x"])


def test_a_model_of_another_size_is_refused() -> None:
    with pytest.raises(EmbedderError, match="another size"):
        MinilmEmbedder(lambda: FakeModel(dimensions=768)).query("x")
