"""`agentxd search`, `symbol`, `references`, `map` and `index`, in a pipe and on a terminal."""

import json

import pytest
from agentxd_cli.exit_codes import Exit
from daemons import daemon_house
from loopback import answer, call, model_server
from terminals import Terminal

RATES = "parcel/rates.py"


def test_the_first_question_waits_for_the_index_and_answers(house):
    done = house.cli("search", "price of a shipment in euro", "--limit", "1")
    assert done.returncode == 0, done.stderr
    first, *lines = done.stdout.splitlines()
    assert first == "parcel/quote.py:7  function quote"
    assert lines[0] == "     7  def quote(zone: str, kilos: float, n_parcels: int = 1) -> float:"
    assert len(lines) <= 6
    assert "agentxd: 1 shown; more with --limit\n" in done.stderr
    assert "\x1b" not in done.stdout


def test_names_uses_and_a_map(house):
    assert house.cli("symbol", "base_rate").stdout.splitlines()[:3] == [
        f"{RATES}:13  function base_rate",
        "        def base_rate(zone: str) -> float",
        "        The rate of a zone in euro.",
    ]
    uses = house.cli("references", "discount", "--near", RATES).stdout
    assert "parcel/quote.py:10:off = discount(n_parcels)  [quote]\n" in uses
    told = house.cli("map", "--tokens", "400", "--task", "zones")
    assert RATES in told.stdout
    assert told.stderr == ""


def test_filters(house):
    found = house.json("search", "parcel zone", "--path", "parcel/*", "--path", "!**/quote.py")
    assert {hit["path"] for hit in found["hits"]} <= {RATES, "parcel/__init__.py"}
    found = house.json("symbol", "parcel", "--kind", "class")
    assert [one["name"] for one in found["symbols"]] == ["Parcel"]
    done = house.cli("search", "zone", "--kind", "nonsense")
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert "there is no kind 'nonsense'" in done.stderr
    assert house.cli("search", "zone", "--lang", "py").returncode == 0
    done = house.cli("search", "zone", "--lang", "pyhton")
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert "Did you mean python? Use one of: bash, c, " in done.stderr


NOTHING = [
    ("symbol", "no_such_name_anywhere"),
    ("references", "no_such_name_anywhere"),
    ("search", "zone", "--lang", "lua"),
]


@pytest.mark.parametrize("words", NOTHING)
def test_nothing_found_is_told_as_grep_does(house, words):
    house.cli("index", "--wait")
    done = house.cli(*words)
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")


def test_words_need_no_quotes_and_options_may_stand_between(house):
    house.cli("index", "--wait")
    quoted = house.json("search", "price of a shipment", "--lang", "py")
    assert house.json("search", "price", "of", "--lang", "py", "a", "shipment") == quoted


WRONG = [
    ("search", "x", "--limit", "0"),
    ("symbol", "x", "--limit", "-1"),
    ("references", "x", "--limit", "many"),
    ("map", "--tokens", "-3"),
    ("search", "x", "--timeout", "-1"),
    ("index", "--timeout", "nan"),
    ("search", "x", "--path", "../elsewhere"),
]


@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_what_makes_no_sense_is_a_usage_error(house, words):
    done = house.cli(*words)
    assert (done.returncode, done.stdout) == (Exit.USAGE, "")
    assert words[-1] in done.stderr


def test_who_is_shown_a_part_is_told(house):
    house.cli("index", "--wait")
    for words in (("references", "zone"), ("symbol", "rate"), ("search", "zone")):
        done = house.cli(*words, "--limit", "1")
        assert done.stderr == "agentxd: 1 shown; more with --limit\n"
        assert house.cli(*words, "--limit", "1", "--json").stderr == ""
    assert house.cli("references", "zone").stderr == ""


def test_paths_are_those_of_the_folder_one_stands_in(house):
    inside = house.root / "parcel"
    assert house.cli("symbol", "base_rate", cwd=inside).stdout.startswith("rates.py:13  ")
    assert house.cli("search", "base_rate", cwd=inside).stdout.startswith("rates.py:13  ")
    uses = house.cli("references", "discount", "--near", "./rates.py", cwd=inside)
    assert "quote.py:10:" in uses.stdout
    assert "parcel/" not in uses.stdout
    assert uses.stderr == ""
    for path in ("./rates.py", "../parcel/rates.py", f"{house.root}/{RATES}"):
        done = house.cli("search", "zone", "--path", path, "--json", cwd=inside)
        assert {hit["path"] for hit in json.loads(done.stdout)["hits"]} == {RATES}, path
    for words in (("references", "zone", "--near"), ("map", "--path")):
        assert "there is no file none.py" in house.cli(*words, "none.py").stderr


def test_a_paused_index_says_so(house):
    house.cli("index", "--wait")
    house.cli("index", "pause")
    done = house.cli("symbol", "base_rate")
    assert done.returncode == 0
    assert "the index is paused and may be out of date" in done.stderr
    done = house.cli("index", "--wait")
    assert done.returncode == Exit.WRONG_STATE
    assert "it is paused" in done.stderr
    assert house.cli("index", "resume", "--wait").returncode == 0


def test_what_is_not_known_yet_is_not_told_as_not_there(house):
    house.cli("index", "pause")
    done = house.cli("symbol", "base_rate", "--timeout", "0")
    assert (done.returncode, done.stdout) == (Exit.INDEX_UNAVAILABLE, "")
    assert "paused" in done.stderr
    house.cli("index", "resume", "--wait")
    assert house.cli("symbol", "base_rate", "--timeout", "0").returncode == 0


def test_on_a_terminal_nothing_is_not_silent(house):
    terminal = Terminal(house, "symbol", "no_such_name_anywhere")
    assert terminal.wait() == 1
    text = terminal.text
    terminal.close()
    assert text.endswith("Nothing found.\n")


def test_the_doctor_looks_at_the_index(house):
    house.cli("index", "--wait")
    told = house.cli("doctor").stdout
    assert "\n✓ index: ready, 9 files, " in told
    assert " MB, embedder static" in told
    house.cli("config", "set", "index_enabled", "false")
    assert "✓ index: off (the index is switched off)\n" in house.cli("doctor").stdout


def test_the_index_is_steered(house):
    done = house.cli("index", "--wait")
    assert done.returncode == 0
    first, *lines = done.stdout.splitlines()
    assert first == "index: ready"
    assert any("definitions" in line for line in lines)
    assert "python" in done.stdout
    assert house.json("index", "pause")["state"] == "paused"
    assert house.cli("symbol", "base_rate").returncode == 0
    assert house.json("index", "resume", "--wait")["state"] == "ready"
    assert house.json("index", "rebuild", "--wait")["state"] == "ready"


def test_an_index_that_is_off_says_how_to_switch_it_on(house):
    house.cli("config", "set", "index_enabled", "false")
    for words in (("search", "zone"), ("symbol", "x"), ("references", "x"), ("map",)):
        done = house.cli(*words)
        assert done.returncode == Exit.INDEX_UNAVAILABLE, words
        assert "agentxd config set --scope user index_enabled true" in done.stderr
    done = house.cli("index")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].startswith("index: off")
    for words in (("index", "--wait"), ("index", "pause"), ("index", "rebuild")):
        assert house.cli(*words).returncode == Exit.INDEX_UNAVAILABLE, words
    house.cli("config", "unset", "index_enabled")
    assert house.cli("symbol", "base_rate").returncode == 0


def test_an_agent_asks_the_index_and_sees_its_own_copy(tmp_path):
    with model_server() as server, daemon_house(tmp_path) as house:
        house.env |= {"ANTHROPIC_API_KEY": "sk-ant-x", "ANTHROPIC_BASE_URL": server.url}
        assert house.cli("index", "--wait").returncode == 0
        server.play(
            answer(call("write", path="parcel/extra.py", content="x = 1\n")),
            answer(call("search", query="rate of a zone"), call("symbol", name="discount")),
            answer("Seen."),
        )
        house.cli("run", "look around", "--provider", "anthropic", "--model", "claude-sonnet-5-5")
        told = json.dumps(server.requests[2].body["messages"])
        house.cli("config", "set", "index_enabled", "false")
        server.play(answer("Nothing."))
        house.cli("run", "look again", "--provider", "anthropic", "--model", "claude-sonnet-5-5")
        offered = {tool["name"] for tool in server.requests[3].body["tools"]}
    assert f"{RATES}:13-" in told
    assert "def discount(n_parcels: int) -> Optional[float]:" in told
    assert "what you changed yourself is not in the index" in told
    assert not offered & {"search", "symbol", "references", "map"}, "off, it is not offered"


def test_after_a_kill_the_index_is_there_again(house):
    assert house.cli("index", "--wait").returncode == 0
    house.kill()
    assert house.cli("symbol", "base_rate").returncode == 0


def test_a_deleted_index_costs_no_more_than_a_rebuild(house):
    assert house.cli("index", "--wait").returncode == 0
    for file in house.state_dir.glob("index.db*"):
        file.unlink()
    done = house.cli("symbol", "base_rate")
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("no_color", ["", "1"], ids=["colour", "no colour"])
def test_on_a_terminal_words_are_marked_and_progress_goes_away(tmp_path, no_color):
    with daemon_house(tmp_path) as house:
        terminal = Terminal(house, "search", "rate of a zone", "--limit", "2", no_color=no_color)
        for _ in range(600):
            if "base_rate" not in terminal.text:
                terminal.read(0.1)
        assert terminal.wait() == 0
        raw, text = terminal.raw, terminal.text
        terminal.close()
    assert f"{RATES}:13  function base_rate" in text
    assert ("\x1b[33m" in raw) is (not no_color)
    after = raw.rpartition("\x1b[2K")[2]
    assert "index:" not in after


@pytest.mark.parametrize("command", ["search", "symbol"])
def test_what_a_file_holds_does_not_steer_the_terminal(tmp_path, command):
    with daemon_house(tmp_path) as house:
        evil = "def evil_name():\n    '''\x1b]0;owned\x07 \x1b[2J'''\n    return 'evil \x1b[31m'\n"
        (house.root / "evil.py").write_text(evil)
        house.cli("index", "--wait")
        terminal = Terminal(house, command, "evil_name")
        assert terminal.wait() == 0
        raw = terminal.raw
        terminal.close()
    assert "evil_name" in raw
    assert "\x1b]0;" not in raw
    assert "\x1b[2J" not in raw
    assert "\x1b[31m" not in raw
