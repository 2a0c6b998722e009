"""Chains: the models of a role as the settings say."""

import pytest
from agentxd.agents.fake_clock import FakeClock
from agentxd.agents.routing.health import Health
from agentxd.app.chains import candidate_of, chain_of, check_known, route_of
from agentxd.kernel.errors import InvalidRequestError, NotFoundError
from agentxd.kernel.models import Model
from agentxd_protocol.setting import Settings

CHAINS = {"default": ["a/one", "b"], "reviewer": ["b/two"], "tester": []}


class Knowing:
    """A provider that describes its models."""

    def __init__(self, name):
        self.name = name

    def models(self):
        return ("first", "second")

    def model(self, name):
        return Model(provider=self.name, name=name, context_tokens=7)

    async def stream(self, request):
        raise NotImplementedError
        yield request


class Plain:
    name = "mechanic"

    def models(self):
        return ("rules",)

    async def stream(self, request):
        raise NotImplementedError
        yield request


@pytest.mark.parametrize(
    ("role", "chain"),
    [
        ("implementer", ("a/one", "b")),
        ("reviewer", ("b/two",)),
        ("tester", ("a/one", "b")),
    ],
)
def test_a_role_has_its_own_chain_or_that_of_every_role(role, chain):
    assert chain_of(role, Settings(model_chains=CHAINS)) == chain


def test_without_chains_there_is_none():
    assert chain_of("implementer", Settings()) == ()


def test_a_provider_without_a_model_gets_its_first():
    assert candidate_of("a", Knowing).model == Model(provider="a", name="first", context_tokens=7)
    assert candidate_of("a/x/y", Knowing).model.name == "x/y"


def test_a_provider_without_models_has_no_limits_and_no_price():
    found = candidate_of("mechanic", lambda _: Plain())
    assert (found.label, found.model.context_tokens) == ("mechanic", 0)


def test_a_chain_with_an_unknown_provider_is_refused_with_what_there_is():
    with pytest.raises(NotFoundError, match="'nobody/x'") as caught:
        check_known(("a/one", "nobody/x"), {"a": Knowing, "b": Knowing})
    assert "a, b" in caught.value.next_step


def test_an_unknown_way_of_routing_is_refused():
    with pytest.raises(InvalidRequestError, match="model_routing"):
        route_of(("a",), Knowing, Health(FakeClock()), role="", goal="", mode="dice")
