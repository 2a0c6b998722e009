"""The mechanic makes edits that somebody else worked out, and drops those that break the checks."""

import json

import pytest
from agentxd.kernel.errors import ProviderError
from agentxd.kernel.events import EvidenceRecorded
from agentxd.plugins.providers.mechanic import MechanicProvider
from agentxd.plugins.providers.mechanic.mending import Mending, Passage, read_mending
from unit.tasks.life import Life

CHECK = "sh check.sh"
FILES = {
    "a.txt": b"one\n" + b"same\n" * 20 + b"two\n",
    "b.txt": b"three\r\ncaf\xc3\xa9\r\n",
}


def life(tmp_path, check, *edits):
    mending = Mending(tuple(Passage(*edit) for edit in edits))
    return Life(tmp_path, {**FILES, "check.sh": check}, MechanicProvider((CHECK,), mending))


def hunks(ours):
    return [hunk.path for proposal in ours.proposals for hunk in proposal.hunks]


ONE = ("a.txt", "one\n", "ONE\n", "shout")
TWO = ("a.txt", "two\n", "TWO\n", "shout")
CAFE = ("b.txt", "café\r\n", "tea\r\n", "no coffee")
GONE = ("b.txt", "nowhere\n", "x\n", "find what is not there")
NOT_TWO = b"grep -q two a.txt\n"
CASES = {
    "all of them": (b"exit 0\n", (ONE, TWO, CAFE), ["a.txt", "a.txt", "b.txt"], "3 proposed"),
    "one breaks the checks": (NOT_TWO, (ONE, TWO, CAFE), ["a.txt", "b.txt"], "1 dropped"),
    "one cannot be made": (b"exit 0\n", (GONE, ONE), ["a.txt"], "find what is not there"),
    "none can be made": (b"exit 0\n", (GONE,), [], "Nothing was mended."),
    "the checks fail anyway": (b"exit 1\n", (ONE,), ["a.txt"], "could not be used as a check"),
}


@pytest.mark.parametrize(("check", "edits", "wanted", "words"), CASES.values(), ids=CASES.keys())
async def test_edits_are_made_and_checked(tmp_path, check, edits, wanted, words):
    ours = life(tmp_path, check, *edits)
    ending = await ours.run("mend findings")
    assert ending.outcome.value == ("completed" if wanted else "no_change"), ending
    assert hunks(ours) == wanted
    assert words in ending.reason
    assert (ours.root / "a.txt").read_bytes() == FILES["a.txt"]
    assert ours.has_left_nothing()


async def test_the_checks_are_the_evidence_before_and_after(tmp_path):
    ours = life(tmp_path, NOT_TWO, ONE, TWO)
    await ours.run("mend findings")
    evidence = [event.evidence for event in ours.events(EvidenceRecorded)]
    found = [(one.phase, one.exit_code) for one in evidence if one.command == CHECK]
    assert found == [("before", 0), ("after", 0)]


def test_edits_are_read_from_their_file(tmp_path):
    place = tmp_path / "edits.json"
    place.write_text(json.dumps({"edits": [{"path": "a", "old": "b", "new": "c"}]}))
    assert read_mending(place) == Mending((Passage("a", "b", "c"),))


@pytest.mark.parametrize("text", ["", "[]", '{"edits": 5}', '{"other": []}', None])
def test_a_file_that_is_no_list_of_edits_is_refused(tmp_path, text):
    place = tmp_path / "edits.json"
    if text is not None:
        place.write_text(text)
    with pytest.raises(ProviderError):
        read_mending(place)


def test_a_conversation_that_a_fork_still_carries_is_none_of_its_business(tmp_path):
    place = tmp_path / "conversation.json"
    place.write_text('{"steps": [{"text": "Hello."}]}')
    assert read_mending(place) is None
