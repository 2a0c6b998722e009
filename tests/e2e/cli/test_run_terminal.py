"""`agentxd run` on a real terminal: what streams stays, and each kind has its own line."""

import json

import pytest
from agentxd_cli.exit_codes import Exit
from daemons import daemon_house
from loopback import answer, call, model_server
from loopback.answers import Text, Thinking
from terminals import Terminal

pytestmark = pytest.mark.real
WIPE = "\x1b[2K"


@pytest.mark.parametrize("no_color", ["", "1"], ids=["colour", "no colour"])
def test_what_streams_is_not_wiped_away_by_the_line_that_shows_the_time(tmp_path, no_color):
    with model_server() as server, daemon_house(tmp_path) as house:
        house.env |= {"ANTHROPIC_API_KEY": "sk-ant-x", "ANTHROPIC_BASE_URL": server.url}
        chain = json.dumps({"default": ["anthropic/claude-sonnet-5-5", "mechanic"]})
        house.cli("config", "set", "model_chains", chain)
        thought = Thinking(("The user wants ", "one look."))
        said = Text(("I look ", "at the rates.\n", "Then I ", "stop."))
        server.play(
            answer(thought, said, call("read", path="parcel/rates.py"), pace_s=0.15),
            answer("Seen."),
        )
        terminal = Terminal(house, "run", "have a look", no_color=no_color)
        for _ in range(300):
            if "2 steps of" not in terminal.text:
                terminal.read(0.1)
        screen = terminal.raw
        assert terminal.wait() == Exit.NO_CHANGE
        terminal.close()
    for first, last in (("The user", "one look."), ("I look", "the rates."), ("Then I", "stop.")):
        start = screen.index(first)
        assert WIPE not in screen[start : screen.index(last, start)], first
    assert "\n" in screen[screen.index("one look.") : screen.index("I look")]
    assert "model: anthropic/claude-sonnet-5-5 (first of the chain)" in screen
    assert "read parcel/rates.py" in screen
    assert "s  thinking" in screen
    assert ("\x1b[2m" in screen) is (not no_color)
