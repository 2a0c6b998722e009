"""Typing while hunks are accepted from elsewhere: every byte is where it belongs, however it falls."""

import random
from collections import defaultdict

import pytest
from conversations import call
from daemons import Json

pytestmark = [pytest.mark.real, pytest.mark.xdist_group("both")]
N_FILES = 24
N_LINES = 40
HUNKS = {10: ["ten", "and a half"], 20: ["twenty"], 30: []}
"""Line to what takes its place."""
FAR = [*range(1, 8), *range(13, 18), *range(23, 28), *range(33, 40)]
"""Lines behind which may be typed without touching a hunk or its neighbours."""


class Typist:
    """Types whole lines into a real editor, key by key, and knows what must come of it."""

    def __init__(self, editor, path, word, chance):
        self.editor, self.path, self.word, self._chance = editor, path, word, chance
        self.typed = defaultdict(list)
        self._n = 0
        editor.nvim.command(f"edit! {path}")
        editor.until(lambda: editor.lines()[0] == "line 1", "the file is not open")

    def line(self):
        """The keys of one line, in pieces."""
        self._n += 1
        after, text = self._chance.choice(FAR), f"{self.word} {self._n} ü→"
        self.typed[after].insert(0, text)
        keys = f"/^line {after}$<CR>o{text}<Esc>"
        pieces, rest = [], keys
        while rest:
            size = self._chance.randint(3, 12)
            # A name in brackets is one key.
            while rest[:size].count("<") != rest[:size].count(">"):
                size += 1
            pieces.append(rest[:size])
            rest = rest[size:]
        return pieces

    def expected(self, applied):
        """The lines with these hunks in them."""
        lines = []
        for number in range(1, N_LINES + 1):
            is_new = number in applied and number in HUNKS
            lines += HUNKS[number] if is_new else [f"line {number}"]
            lines += self.typed[number]
        return lines


@pytest.fixture
def proposal(house, neovims):
    """One proposal with three hunks in each of many files."""
    one, _ = neovims
    text = "".join(f"line {number}\n" for number in range(1, N_LINES + 1))
    calls: list[Json] = []
    for number in range(N_FILES):
        (house.root / f"f{number}.txt").write_text(text)
        new = "".join(
            "".join(f"{line}\n" for line in HUNKS.get(at, [f"line {at}"]))
            for at in range(1, N_LINES + 1)
        )
        calls += call("write", path=f"f{number}.txt", content=new)["calls"]
    one.edit("README.md")
    return one.propose({"calls": calls})


def ids_of(proposal, path):
    """Line to hunk."""
    return {h["startLine"] + 1: h["id"] for h in proposal["hunks"] if h["path"] == path}


def states_of(client, proposal):
    """Hunk to state, from the daemon."""
    found = client.ask("agentx/proposal/get", {"proposalId": proposal["id"]})["proposal"]
    return {hunk["id"]: hunk["state"] for hunk in found["hunks"]}


def test_invariant_5_nothing_typed_is_lost_while_hunks_are_accepted_elsewhere(
    house, neovims, plain, proposal
):
    n_applied = 0
    for number in range(N_FILES):
        chance = random.Random(number)
        path = f"f{number}.txt"
        names = ids_of(proposal, path)
        # In every third file both type, each in its own text.
        editors = neovims if number % 3 == 0 else [neovims[number % 2]]
        typists = [Typist(e, path, w, chance) for e, w in zip(editors, "AB", strict=False)]
        if len(typists) == 1:
            other = next(editor for editor in neovims if editor is not editors[0])
            other.nvim.command("enew!")
        steps = [(t.editor, piece) for t in typists for _ in range(3) for piece in t.line()]
        moments = sorted(chance.randrange(len(steps)) for _ in names)
        accepts = list(names.values())
        chance.shuffle(accepts)
        waiting = []
        for place, (editor, piece) in enumerate(steps):
            while moments and moments[0] == place:
                moments.pop(0)
                waiting.append(accepted(plain, accepts.pop()))
            editor.nvim.input(piece)
        for identity in waiting:
            plain.until(lambda i=identity: [m for m in plain.seen if m.get("id") == i])
        for name in names.values():
            again(plain, proposal, name)
        n_applied += len(names)
        check(plain, proposal, names, typists)
        for typist in typists:
            typist.editor.nvim.command("write!")
            # The bytes on the disk are those of the editor that wrote last.
            text = "".join(f"{line}\n" for line in typist.editor.lines())
            assert (house.root / path).read_bytes() == text.encode()
            typist.editor.nvim.command("enew!")
    assert n_applied == 3 * N_FILES


def accepted(plain, name):
    """Ask, and do not wait for the answer."""
    plain._next_id += 1
    params = {"ids": [name]}
    message = {"jsonrpc": "2.0", "id": plain._next_id, "method": "agentx/hunk/accept"}
    plain.send({**message, "params": params})
    return plain._next_id


def again(plain, proposal, name):
    """Who typed too fast for a merge was told so, and asks again."""
    if states_of(plain, proposal)[name] != "applied":
        plain.ask("agentx/hunk/accept", {"ids": [name]})
    assert states_of(plain, proposal)[name] == "applied"


def check(plain, proposal, names, typists):
    """Every typed line stands once, where it was typed; each hunk is in exactly one of the texts."""
    left = set(names)
    for typist in typists:
        lines = typist.editor.lines()
        mine = {at for at in left if HUNKS[at] and HUNKS[at][0] in lines}
        mine |= {at for at in left if not HUNKS[at] and f"line {at}" not in lines}
        assert lines == typist.expected(mine), typist.path
        left -= mine
    assert left == set(), f"applied, and in no text: {left}"
