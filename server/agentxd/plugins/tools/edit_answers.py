"""What the edit tools answer: where each piece went and how, or why nothing was done."""

from agentxd.workspace.editing.values import FileResult, Level, Refused, Spot

_MAX_PROBLEMS = 5
_MAX_CHARS = 6_000


def done_words(file: FileResult) -> str:
    """One line for each file, and one for each piece that was not found exactly."""
    if file.is_unchanged:
        return _already_words(file)
    if file.after is None:
        return f"Deleted {file.path}."
    if file.before is None:
        return f"Created {file.path}, {len(file.after)} bytes."
    if not file.edits:
        return _outer_words(file)
    fresh = [spot for spot in file.spots if not spot.is_already]
    n_places = sum(spot.n_places for spot in fresh)
    moved = f" It is {file.new_path} now." if file.new_path else ""
    head = (
        f"Replaced {n_places} place(s) in {file.path}, first at line "
        f"{min(spot.line for spot in fresh)}.{moved}"
    )
    return "\n".join([head, *(words for spot in file.spots if (words := _spot_words(spot)))])


def refused_words(refused: Refused) -> str:
    """Every problem, as far as there is room."""
    problems = list(refused.problems[:_MAX_PROBLEMS])
    if more := len(refused.problems) - len(problems):
        problems.append(f"And {more} more.")
    if len(problems) > 1:
        problems.append("No file was changed.")
    return "\n".join(problems)[:_MAX_CHARS]


def _already_words(file: FileResult) -> str:
    if file.after is None:
        return f"{file.path} is not there already; nothing was done."
    lines = ", ".join(str(spot.line) for spot in file.spots) or "1"
    return f"The new text is in {file.path} already, at line {lines}; nothing was done."


def _outer_words(file: FileResult) -> str:
    if file.new_path:
        return f"Moved {file.path} to {file.new_path}."
    if file.before == file.after:
        return f"Changed the mode of {file.path}."
    return f"Replaced {file.path}, {len(file.after or b'')} bytes."


def _spot_words(spot: Spot) -> str:
    if spot.is_already:
        return f"Line {spot.line}: the new text was there already."
    if spot.level is Level.EXACT:
        return ""
    return f"Line {spot.line}: the old text was found {spot.level.words}."
