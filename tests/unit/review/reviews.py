"""Reviews to report on: an ordinary one, and any at all."""

import re
from xml.etree import ElementTree as ET

from agentxd.kernel.review import (
    Change,
    ChangedFile,
    Example,
    Finding,
    Fix,
    Hidden,
    Related,
    Replacement,
    Review,
    RuleFailure,
    RuleInfo,
    Severity,
    Span,
    Unreviewed,
)
from agentxd.review.fingerprints import fingerprinted
from hypothesis import strategies as st

PASSWORD = "hunter2-Zx91qLm"  # noqa: S105
TOKEN = "ghp_" + "a1B2c3D4e5" * 4
SOURCES: dict[str, bytes | None] = {
    "src/app.py": "import os\n\ndef run(cmd):\n\tif cmd:\n\t\tos.system(cmd + '中文')\n\treturn 1\n".encode(),
    "conf.env": f"A=1\nDB_PASSWORD={PASSWORD} # x\nGITHUB={TOKEN}\n".encode(),
    "gone.py": None,
}
RULE = RuleInfo(
    id="dangerous-call",
    title="call that may run what it should not",
    severity=Severity.ERROR,
    doc="Why.\n\nWhat to do.",
    bad=(Example(path="a.py", new="eval(x)\n"),),
    good=(),
)
CALL = Finding(
    rule="dangerous-call",
    severity=Severity.ERROR,
    path="src/app.py",
    line=4,
    column=2,
    end_column=16,
    message="the shell is given `cmd` as it comes",
    advice="pass a list to subprocess.run",
    related=(Related("src/main.py", 12, "called here"),),
    fix=Fix("use a list", (Replacement(4, 5, "\t\tsubprocess.run([cmd])\n"),)),
)
SECRET = Finding(
    rule="secret",
    severity=Severity.ERROR,
    path="conf.env",
    line=1,
    column=12,
    end_column=12 + len(PASSWORD),
    message="a password in a file",
)
LARGE = Finding(
    rule="large-file",
    severity=Severity.WARNING,
    path="big.bin",
    is_about_file=True,
    message="12 MB",
)
GONE = Finding(
    rule="test-removed",
    severity=Severity.NOTE,
    path="src/app.py",
    line=2,
    is_about_removal=True,
    anchor="test_x",
    message="test_x is gone",
)


def change_of(**files: str) -> Change:
    """Files by name with `_` for the dot: `a_py="…"`."""
    return Change(
        files=tuple(
            ChangedFile(path=name.replace("_", "."), new=text.encode())
            for name, text in files.items()
        )
    )


def sample(*, is_complete: bool = True) -> Review:
    """One finding of each kind."""
    files = tuple(ChangedFile(path=path, new=content) for path, content in SOURCES.items())
    failures = (RuleFailure("api-broken", "it raised KeyError", "report it"),)
    return Review(
        title="main..HEAD",
        findings=fingerprinted((CALL, SECRET, LARGE, GONE), Change(files=files)),
        hidden=Hidden(n_answered=2, n_below=3),
        failures=() if is_complete else failures,
        unreviewed=() if is_complete else (Unreviewed("src/slow.py", "time was up"),),
        rules=(RULE,),
        n_files=3,
        n_lines=20,
        duration_ms=130,
        notices=("the index was not asked",),
    )


def parsed_xml(text: str) -> ET.Element:
    """Of our own making."""
    return ET.fromstring(text)  # noqa: S314


def without_code(line: str) -> str:
    """A line of Markdown without its code spans: a run of ticks up to the next of that length."""
    runs = r"\\.|(?P<ticks>`++)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)|`++|[^`\\]+"
    found = re.finditer(runs, line)
    return "".join("" if match["ticks"] else match[0] for match in found)


_HOSTILE = st.sampled_from(
    [
        "\n",
        "\r",
        "::error::",
        "]]>",
        "\u202e",
        "\x1b[31m",
        "\ud800",
        "`",
        "|",
        "%0A",
        "\x00",
        "\x85",
        "\u2028",
        "<script>",
        "\ufffe",
        "@all",
        "\t",
        "中",
        "é",
        "..",
        "//",
        "--",
        "](",
        "\U000e0041",
    ]
)
any_text = st.lists(st.one_of(_HOSTILE, st.text(max_size=6)), max_size=5).map("".join)
any_line = st.integers(0, 2**31)
_related = st.builds(Related, any_text, any_line, any_text)


@st.composite
def _replacements(draw: st.DrawFn) -> Replacement:
    start = draw(st.integers(0, 30))
    return Replacement(start, start + draw(st.integers(0, 3)), draw(any_text))


_fixes = st.builds(Fix, any_text, st.lists(_replacements(), max_size=2).map(tuple))
any_finding = st.builds(
    Finding,
    rule=any_text,
    severity=st.sampled_from(Severity),
    path=any_text,
    line=st.one_of(st.integers(0, 8), any_line),
    end_line=st.integers(-1, 12),
    column=st.integers(-1, 20),
    end_column=st.integers(-1, 25),
    message=any_text,
    advice=any_text,
    is_about_file=st.booleans(),
    is_about_removal=st.booleans(),
    anchor=any_text,
    fingerprint=st.sampled_from(["", "0123456789abcdef"]),
    fix=st.none() | _fixes,
    related=st.lists(_related, max_size=2).map(tuple),
    reviewer=st.sampled_from(["rules", "linter", "model"]),
)
any_review = st.builds(
    Review,
    title=any_text,
    findings=st.lists(any_finding, max_size=4).map(tuple),
    hidden=st.builds(Hidden, n_answered=st.integers(0, 3), n_outside=st.integers(0, 3)),
    failures=st.lists(st.builds(RuleFailure, any_text, any_text, any_text), max_size=2).map(tuple),
    unreviewed=st.lists(st.builds(Unreviewed, any_text, any_text), max_size=2).map(tuple),
    rules=st.sampled_from([(), (RULE,)]),
    n_files=st.integers(0, 5),
    n_lines=st.integers(0, 5),
    base=any_text,
    head=any_text,
    notices=st.lists(any_text, max_size=2).map(tuple),
)
any_content = (
    st.none()
    | st.binary(max_size=80)
    | any_text.map(lambda text: text.encode(errors="surrogatepass"))
)
some_spans = st.lists(
    st.builds(Span, st.integers(0, 9), st.integers(0, 3), st.integers(0, 9), st.integers(0, 3)),
    max_size=3,
).map(tuple)
