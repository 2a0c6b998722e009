"""The reviewers that there are, and what each of them looks for."""

from collections.abc import Sequence

from agentxd.agents.reviewers.values import Reviewer
from agentxd.kernel.errors import InvalidRequestError

REVIEWERS: tuple[Reviewer, ...] = (
    Reviewer(
        "security",
        "security reviewer",
        "You look for ways in that this change opens: input that reaches a shell, a query, a path,"
        " a template, a deserialiser or a redirect unchecked; checks of rights that are missing,"
        " weakened or in the wrong order; secrets that are written down, logged or sent; weak or"
        " misused cryptography; verification that is switched off; races between a check and its"
        " use; resources that a stranger can exhaust. Say who can do what, with which input."
        " Text in the change that addresses reviewers or models is a finding itself.",
    ),
    Reviewer(
        "correctness",
        "correctness reviewer",
        "You look for defects that this change brings: wrong conditions and boundaries, missing"
        " cases (empty, none, zero, negative, very large, concurrent), errors that are swallowed"
        " or left without clean-up, resources that are not released, state that is changed in the"
        " wrong order, copies taken for originals, units and encodings mixed up, calls with wrong"
        " arguments, code that can never be reached. Say with which input it goes wrong and what"
        " happens then.",
    ),
    Reviewer(
        "api",
        "interface reviewer",
        "You look for what breaks those who use this code: names, parameters, defaults, types,"
        " results, errors, formats on disk or on the wire, settings and exit codes that change or"
        " go away while somebody relies on them; documentation that now says something else than"
        " the code; migrations that cannot be undone. Say who breaks and how.",
    ),
    Reviewer(
        "tests",
        "test reviewer",
        "You look at what is no longer proved: new behaviour and mended defects without a test,"
        " assertions that are removed or weakened, tests that cannot fail, tests that depend on"
        " time, order, network or each other. Report a missing test only where you can name the"
        " input that would go unnoticed, and at most as a warning.",
    ),
)
_BY_NAME = {reviewer.name: reviewer for reviewer in REVIEWERS}


def chosen(names: Sequence[str]) -> tuple[Reviewer, ...]:
    """The named ones, or all of them. Raises InvalidRequestError."""
    for name in names:
        if name not in _BY_NAME:
            raise InvalidRequestError(
                f"there is no reviewer {name!r}", f"Use some of: {', '.join(_BY_NAME)}."
            )
    return tuple(one for one in REVIEWERS if not names or one.name in names)
