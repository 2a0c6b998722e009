"""What `agentxd index` tells, and how far an index is that is being made."""

import pytest
from agentxd_cli.commands.index import code_of, lines_of, size
from agentxd_cli.coverage import is_readable, knows_all, progress_of, tell_gaps
from agentxd_cli.exit_codes import Exit

READY = {
    "state": "ready", "message": "", "nextStep": "", "nFiles": 2_818, "nFilesDone": 2_818,
    "nChunks": 45_012, "nSymbols": 41_233, "nVectors": 45_012, "embedder": "static-1",
    "nextEmbedder": "", "bytes": 84_300_000, "maxBytes": 2_000_000_000,
    "leftOut": {"binary": 31, "secret": 1}, "languages": {"python": 2_204, "html": 310},
    "workerPid": 4_711,
}  # fmt: skip
READING = {"state": "reading", "nFilesDone": 1_200, "nVectors": 0}

TOLD = {
    "ready": (
        {},
        ("index: ready\n  2,818 files, 41,233 definitions, 45,012 pieces\n"
        "  search by meaning: 45,012 of 45,012 pieces, by static-1\n"
        "  languages: python 2,204, html 310\n  left out: binary 31, secret 1\n"
        "  on disk: 84 MB of at most 2.0 GB\n  worker: pid 4711"),
    ),
    "off": (
        {"state": "off", "message": "It is off.", "nextStep": "Switch it on.", "nFiles": 0,
         "leftOut": {}, "bytes": 0, "workerPid": 0},
        "index: off (It is off)\n  Switch it on.",
    ),
    "reading": (
        {**READING, "leftOut": {}, "bytes": 0, "workerPid": 0, "languages": {}},
        ("index: reading\n  [██████████░░░░░░░░░░░░░░] 1,200/2,818 files\n"
        "  1,200 of 2,818 files, 41,233 definitions, 45,012 pieces\n"
        "  search by meaning: 0 of 45,012 pieces, by static-1\n  languages: "),
    ),
    "paused": (
        {"state": "paused", "leftOut": {}, "bytes": 0, "workerPid": 0, "nFiles": 0},
        ("index: paused\n"
        "  it may be out of date; what is there answers: agentxd index resume"),
    ),
    "another embedder": (
        {"nVectors": 4, "nextEmbedder": "minilm", "leftOut": {}, "bytes": 0, "workerPid": 0},
        ("index: ready\n  2,818 files, 41,233 definitions, 45,012 pieces\n"
        "  search by meaning: 4 of 45,012 pieces, by static-1; minilm is being made\n"
        "  languages: python 2,204, html 310"),
    ),
    "no embedder": (
        {"embedder": "", "nVectors": 0, "leftOut": {}, "bytes": 0, "workerPid": 0, "nFiles": 1,
         "nFilesDone": 1, "languages": dict.fromkeys("abcdefgh", 1)},
        ("index: ready\n  1 file, 41,233 definitions, 45,012 pieces\n"
        "  search by meaning: off (index_embedder is none)\n"
        "  languages: a 1, b 1, c 1, d 1, e 1, f 1, 2 more"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), TOLD.values(), ids=TOLD)
def test_what_is_told(change, wanted):
    assert "\n".join(lines_of(READY | change)) == wanted


@pytest.mark.parametrize(
    ("n_bytes", "wanted"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (84_300_000, "84 MB"), (2 * 10**9, "2.0 GB")],
)
def test_a_size_has_a_unit(n_bytes, wanted):
    assert size(n_bytes) == wanted


FAR = {
    "nothing yet": ({"state": "starting", "nFiles": 0, "nFilesDone": 0}, False, "index: starting"),
    "half": (READING, False, "[██████████░░░░░░░░░░░░░░] 1,200/2,818 files"),
    "all files": (
        {"state": "reading", "nVectors": 45_012},
        True,
        "[████████████████████████] 45,012 vectors, nearly done",
    ),
    "vectors": (
        {"state": "embedding", "nVectors": 22_506},
        True,
        "[████████████░░░░░░░░░░░░] 22,506/45,012 vectors",
    ),
}


@pytest.mark.parametrize(("change", "is_enough", "bar"), FAR.values(), ids=FAR)
def test_how_far_it_is(change, is_enough, bar):
    assert is_readable(READY | change) is is_enough
    assert progress_of(READY | change) == bar


GAPS = {
    "none": ({}, ""),
    "files": (READING, "agentxd: the index knows 1,200 of 2,818 files so far\n"),
    "vectors": (
        {"state": "embedding", "nVectors": 4_501},
        "agentxd: search by meaning covers 10% so far\n",
    ),
    "paused": (
        {**READING, "state": "paused"},
        (
            "agentxd: the index knows 1,200 of 2,818 files so far; "
            "it is paused and may be out of date: agentxd index resume\n"
        ),
    ),
    "paused with all": (
        {"state": "paused"},
        "agentxd: the index is paused and may be out of date: agentxd index resume\n",
    ),
}


@pytest.mark.parametrize(("change", "wanted"), GAPS.values(), ids=GAPS)
def test_what_an_answer_could_not_know_is_on_standard_error(capsys, change, wanted):
    tell_gaps(READY | change)
    assert capsys.readouterr() == ("", wanted)


def test_names_are_known_without_vectors(capsys):
    tell_gaps(READY | {"state": "embedding", "nVectors": 0}, is_by_meaning=False)
    assert capsys.readouterr() == ("", "")


KNOWN = {
    "ready": ({}, True),
    "vectors are missing": ({"state": "embedding"}, True),
    "no file at all": ({"nFiles": 0, "nFilesDone": 0}, True),
    "files are missing": (READING, False),
    "paused before the end": ({**READING, "state": "paused"}, False),
    "paused at the end": ({"state": "paused"}, True),
    "not begun": ({"state": "starting", "nFiles": 0, "nFilesDone": 0}, False),
    "paused before it began": ({"state": "paused", "nFiles": 0, "nFilesDone": 0}, False),
}


@pytest.mark.parametrize(("change", "wanted"), KNOWN.values(), ids=KNOWN)
def test_whether_what_was_not_found_is_not_there(change, wanted):
    assert knows_all(READY | change) is wanted


CODES = [
    ("ready", Exit.OK, Exit.OK),
    ("failed", Exit.FAILED, Exit.FAILED),
    ("off", Exit.OK, Exit.INDEX_UNAVAILABLE),
    ("paused", Exit.OK, Exit.WRONG_STATE),
    ("reading", Exit.OK, Exit.WRONG_STATE),
]


@pytest.mark.parametrize(("state", "told", "waited"), CODES)
def test_who_waits_is_not_told_that_it_is_done_before_it_is(state, told, waited):
    assert (code_of(state, is_waiting=False), code_of(state, is_waiting=True)) == (told, waited)
