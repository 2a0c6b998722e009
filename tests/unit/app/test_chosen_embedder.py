"""The embedder of the settings: made once, with the key of its vendor; a failure stands a while."""

import pytest
from agentxd.app.chosen_embedder import ChosenEmbedder
from agentxd.kernel.errors import EmbedderError
from agentxd.plugins.embedders import registry
from agentxd.plugins.indexing.wire import IndexSettings


def settings(name):
    return IndexSettings(root="/", place="/x", embedder=name)


def test_none_is_none():
    assert ChosenEmbedder(settings("none"))() is None
    with pytest.raises(EmbedderError, match="not the one that is chosen"):
        ChosenEmbedder(settings("none")).of_name("static-v1")


def test_it_is_made_once_and_asked_for_by_the_name_of_its_vectors():
    chosen = ChosenEmbedder(settings("static"))
    made = chosen()
    assert made is not None
    assert chosen() is made
    assert chosen.of_name(made.name) is made


def test_a_failure_stands_for_a_while_and_is_not_tried_with_each_question(monkeypatch):
    tried, now = [], [0.0]

    def make(name, wishes):
        tried.append(wishes.key)
        raise EmbedderError("the server is down", "start it")

    monkeypatch.setattr(registry, "make_embedder", make)
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    chosen = ChosenEmbedder(settings("openai"), lambda: now[0])
    for now[0] in (0.0, 1.0, 9.0, 11.0):
        with pytest.raises(EmbedderError, match="the server is down"):
            chosen()
    assert tried == ["k", "k"]
