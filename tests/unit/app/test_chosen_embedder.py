"""The embedder of the settings: made once, with the key of its vendor; a failure stands a while."""

import pytest
from agentxd.app.chosen_embedder import ChosenEmbedder
from agentxd.index.fake_embedder import FakeEmbedder
from agentxd.kernel.errors import EmbedderError
from agentxd.plugins.indexing.wire import IndexSettings


def settings(name):
    return IndexSettings(root="/", place="/x", embedder=name)


def test_none_is_none():
    assert ChosenEmbedder(settings("none"))() is None


def test_it_is_made_once_and_asked_for_by_the_name_of_its_vectors():
    chosen = ChosenEmbedder(settings("static"))
    made = chosen()
    assert made is not None
    assert chosen() is made
    assert chosen.of_name(made.name) is made


def test_a_failure_stands_for_a_while_and_is_not_tried_with_each_question(monkeypatch):
    tried, now = [], [0.0]

    def make(name, wishes):
        tried.append((name, wishes.key))
        raise EmbedderError("the server is down", "start it")

    monkeypatch.setenv("OPENAI_API_KEY", "k")
    chosen = ChosenEmbedder(settings("openai"), make, lambda: now[0])
    for now[0] in (0.0, 1.0, 9.0, 11.0):
        with pytest.raises(EmbedderError, match="the server is down"):
            chosen()
    assert tried == [("openai", "k")] * 2


def test_vectors_of_the_embedder_before_are_answered_by_that_one():
    chosen = ChosenEmbedder(settings("none"))
    assert chosen.of_name("static-v1").name == "static-v1"
    for name in ("static-v0", "acme/large", "nothing"):
        with pytest.raises(EmbedderError):
            chosen.of_name(name)


def test_a_server_of_before_is_asked_for_its_own_model():
    asked = []

    def make(name, wishes):
        asked.append((name, wishes.model))
        return FakeEmbedder(f"{name}/{wishes.model}")

    ChosenEmbedder(settings("none"), make).of_name("ollama/nomic-embed-text:v1.5")
    assert asked == [("ollama", "nomic-embed-text:v1.5")]


def test_the_one_before_answers_while_the_chosen_one_is_down():
    def make(name, wishes):
        if name == "ollama":
            raise EmbedderError("the server is down", "start it")
        return FakeEmbedder("static-v1")

    chosen = ChosenEmbedder(settings("ollama"), make)
    assert chosen.of_name("static-v1").name == "static-v1"
    with pytest.raises(EmbedderError, match="the server is down"):
        chosen()
