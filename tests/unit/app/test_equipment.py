"""Which provider a goal gets, from its own words, the chains, the settings and what is at hand."""

import pytest
from agentxd.agents.fake_clock import FakeClock
from agentxd.app.equipment import Ground, Outfitter, Plugins
from agentxd.kernel.errors import InvalidRequestError, NotFoundError
from agentxd.sessions.goals import Goal
from agentxd_protocol.setting import Settings

NAMES = ("anthropic", "openai", "mechanic", "scripted")


def outfitter(settings, automatic):
    ground = Ground(
        root="/r", key="k", scratch="/s", settings=lambda: settings,
        overlay=dict, look=lambda _: None, show=lambda _: None,
    )  # fmt: skip
    plugins = Plugins(
        providers=dict.fromkeys(NAMES), automatic=lambda: automatic, tools=lambda _: (),
        backends=None, gate=None, dependencies=lambda _: (),
    )  # fmt: skip
    return Outfitter(
        ground, plugins, None, blobs=None, disk=None, approvals=None, clock=FakeClock()
    )


CHAIN = {"model_chains": {"default": ["anthropic/x"]}}
FOUND = {
    # the goal, the settings, what is at hand, the provider
    "at hand": ({}, {}, "mechanic"),
    "its own": ({"provider": "openai"}, {"provider": "anthropic"}, "openai"),
    "of its model": ({"model": "openai/gpt-6-sol"}, {"provider": "anthropic"}, "openai"),
    "of its model, past a chain": ({"model": "openai/gpt-6-sol"}, CHAIN, "openai"),
    "a slash of the model's own": ({"model": "qwen/x"}, {"provider": "openai"}, "openai"),
    "its own, and a slash": ({"provider": "openai", "model": "anthropic/x"}, {}, "openai"),
    "the mechanic by its only name": ({"model": "mechanic/rules"}, {}, "mechanic"),
    "of the chain": ({}, CHAIN, "anthropic"),
}


@pytest.mark.parametrize(("goal", "settings", "wanted"), FOUND.values(), ids=FOUND)
def test_the_provider_of_a_goal(goal, settings, wanted):
    found = outfitter(Settings(**settings), "mechanic").provider_name(Goal("x", **goal))
    assert found == wanted


@pytest.mark.parametrize("goal", [{}, {"provider": "mechanic"}, {"model": "mechanic/foo"}])
def test_a_model_of_the_mechanic_is_refused(goal):
    with pytest.raises(InvalidRequestError, match="has no model") as caught:
        outfitter(Settings(), "mechanic").provider_name(Goal("x", **{"model": "foo", **goal}))
    assert "agentxd models" in caught.value.next_step


@pytest.mark.parametrize(
    "settings", [{"provider": "antropic"}, {"model_chains": {"default": ["antropic/x"]}}]
)
def test_a_provider_that_was_written_by_hand_ends_the_goal_with_a_sentence(settings):
    with pytest.raises(NotFoundError, match="'antropic'") as caught:
        outfitter(Settings(**settings), "mechanic").provider_name(Goal("x"))
    assert "anthropic" in caught.value.next_step
