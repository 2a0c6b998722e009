"""All edits of one answer made on the contents that they name, or none of them."""

from collections.abc import Mapping, Sequence

import msgspec

from agentxd.workspace.editing.answers import (
    encoding_problem,
    missed,
    overlap_problem,
    several_places,
)
from agentxd.workspace.editing.cuts import Cut, applied, overlapping
from agentxd.workspace.editing.passages import edits_of, replace_passage
from agentxd.workspace.editing.placing import Found, Several, encoded, place
from agentxd.workspace.editing.target import Target
from agentxd.workspace.editing.values import (
    Action,
    Applied,
    Edit,
    FileEdit,
    FileResult,
    Passage,
    Refused,
    Replacement,
    Spot,
)
from agentxd.workspace.editing.whole import created, deleted, replaced
from agentxd.workspace.lines import is_binary

_MAX_TOLD = 5
"""Problems of one file that are looked into; what is nearest takes long to find in a long file."""
Contents = Mapping[str, bytes | None]
"""Path to content, None where there is no such file."""


def apply_edits(edits: Sequence[FileEdit], contents: Contents) -> Applied | Refused:
    """Every file with its edits made; where one cannot be made, all that stands in the way."""
    if not edits:
        return Refused(("There is no edit in this.",))
    joined = _joined(edits)
    if isinstance(joined, Refused):
        return joined
    results = [_applied_to(edit, contents) for edit in joined]
    problems = tuple(
        p for result in results if isinstance(result, Refused) for p in result.problems
    )
    if problems:
        return Refused(problems)
    return Applied(tuple(result for result in results if isinstance(result, FileResult)))


def _joined(edits: Sequence[FileEdit]) -> list[FileEdit] | Refused:
    """Pieces of one file together; anything else that names a file twice makes no sense."""
    by_path: dict[str, FileEdit] = {}
    for edit in edits:
        before = by_path.get(edit.path)
        if before is None:
            by_path[edit.path] = edit
        elif before.action is edit.action is Action.MODIFY and not edit.new_path:
            pieces = (*before.pieces, *edit.pieces)
            by_path[edit.path] = msgspec.structs.replace(before, pieces=pieces)
        else:
            return Refused((f"{edit.path} is named twice, in ways that do not go together.",))
    targets = [edit.new_path or edit.path for edit in by_path.values()]
    if twice := sorted({path for path in targets if targets.count(path) > 1}):
        return Refused(tuple(f"Two files would become {path}." for path in twice))
    return list(by_path.values())


def _applied_to(edit: FileEdit, contents: Contents) -> FileResult | Refused:
    content = contents.get(edit.path)
    if edit.action is Action.CREATE:
        return created(edit, content)
    if edit.action is Action.REPLACE:
        return replaced(edit, content)
    if content is not None:
        return _standing_problem(edit, content, contents) or _modified(edit, content)
    if edit.action is Action.DELETE:
        return FileResult(edit.path, None, None, spots=(Spot(1, is_already=True),))
    return _moved_before(edit, contents)


def _standing_problem(edit: FileEdit, content: bytes, contents: Contents) -> Refused | None:
    if edit.new_path and contents.get(edit.new_path) is not None:
        return Refused((f"{edit.new_path} is there already; {edit.path} cannot take its name.",))
    if edit.is_base_required and not Target(edit.path, content).is_base(edit.base):
        return Refused((f"{edit.path} is not the file any more that this edit was written for.",))
    return None


def _moved_before(edit: FileEdit, contents: Contents) -> FileResult | Refused:
    """A file that is gone because an earlier run of the same edit gave it its new name."""
    there = contents.get(edit.new_path) if edit.new_path else None
    if there is not None:
        result = _modified(msgspec.structs.replace(edit, path=edit.new_path, new_path=""), there)
        if isinstance(result, FileResult) and result.is_unchanged:
            return result
    return Refused((f"There is no file {edit.path}.",))


def _modified(edit: FileEdit, content: bytes) -> FileResult | Refused:
    if is_binary(content) and (edit.pieces or not (edit.new_path or edit.action is Action.DELETE)):
        return Refused((f"{edit.path} is binary.",))
    target = Target(edit.path, content)
    try:
        result = _with_pieces(edit, target)
    except UnicodeEncodeError:
        return Refused((encoding_problem(target),))
    if edit.action is Action.DELETE and isinstance(result, FileResult):
        return deleted(edit, result)
    return result


def _with_pieces(edit: FileEdit, target: Target) -> FileResult | Refused:
    passages = [piece for piece in edit.pieces if isinstance(piece, Passage)]
    if passages:
        return _with_passage(edit, target, passages[0])
    is_base = target.is_base(edit.base)
    pieces = [
        piece if is_base else msgspec.structs.replace(piece, line=0)
        for piece in edit.pieces
        if isinstance(piece, Replacement)
    ]
    return _with_replacements(edit, target, pieces)


def _with_passage(edit: FileEdit, target: Target, passage: Passage) -> FileResult | Refused:
    result = replace_passage(target, passage)
    if isinstance(result, Several):
        return Refused((several_places(target, passage.label, result),))
    if result is None:
        old = passage.old.encode(target.encoding).split(b"\n")
        return Refused((missed(target, passage.label, old),))
    edits = edits_of(target, result)
    return FileResult(
        edit.path, target.content, result.after, edit.new_path, edit.mode, (result.spot,), edits
    )


def _with_replacements(
    edit: FileEdit, target: Target, pieces: Sequence[Replacement]
) -> FileResult | Refused:
    problems: list[str] = []
    spots: list[Spot] = []
    cuts: list[Cut] = []
    edits: list[Edit] = []
    for piece in pieces:
        lines = encoded(piece, target)
        found = place(target, piece, lines)
        if isinstance(found, Several):
            problems.append(several_places(target, piece.label, found))
        elif found is None and len(problems) >= _MAX_TOLD:
            problems.append(f"{piece.label} is not in {target.path}.")
        elif found is None:
            problems.append(missed(target, piece.label, lines.old, piece.scopes))
        else:
            spots.append(Spot(found.start + 1, found.level, found.is_already))
            cuts += found.cuts
            edits += _edits(target, found)
    if not problems and (clash := overlapping(cuts)):
        problems.append(overlap_problem(target, *clash))
    if problems:
        return Refused(tuple(problems))
    wish = next((w for piece in pieces if (w := piece.has_final_newline) is not None), None)
    after = applied(target, cuts, has_final_newline=wish)
    return FileResult(
        edit.path, target.content, after, edit.new_path, edit.mode, tuple(spots), tuple(edits)
    )


def _edits(target: Target, found: Found) -> list[Edit]:
    return [
        Edit(target.path, target.id, cut.start, cut.end, b"".join(cut.new), found.level)
        for cut in found.cuts
    ]
