"""Answers to findings: written into a file of the repository, and obeyed at once."""

import datetime as dt

from agentxd.kernel.errors import ConflictError, InvalidRequestError
from agentxd.kernel.files import MODE_FILE
from agentxd.kernel.ports import Clock, Disk
from agentxd.review.answers import (
    ANSWERS_PATH,
    Answer,
    Verdict,
    answer_to,
    day_of,
    format_answers,
    parse_answers,
)
from agentxd.sessions.inspecting import Inspecting

_PUT_OFF = dt.timedelta(days=30)
_TRIES = 5


class Answering:
    """Keeps what people say of findings."""

    def __init__(self, inspecting: Inspecting, disk: Disk, root: str, clock: Clock) -> None:
        self._inspecting = inspecting
        self._disk = disk
        self._root = root
        self._clock = clock

    async def answer(self, fingerprint: str, word: str, reason: str, until: str = "") -> Answer:
        """Keep an answer; one of before to the same finding goes.

        Raises NotFoundError, InvalidRequestError, ConflictError, StorageError.
        """
        finding = self._inspecting.finding(fingerprint)
        today = dt.datetime.fromtimestamp(self._clock.now_ms() / 1000).astimezone().date()
        verdict, day = _verdict(word), day_of(until, today)
        if verdict is Verdict.LATER and day is None:
            day = today + _PUT_OFF
        found = await self._disk.read(self._root, finding.path)
        answer = answer_to(
            finding, found[0] if found else None, verdict, reason, today=today, until=day
        )
        await self._keep(answer)
        self._inspecting.answered(fingerprint)
        return answer

    async def _keep(self, answer: Answer) -> None:
        """Somebody else may write to the file at the same moment."""
        for attempt in range(_TRIES):
            found = await self._disk.read(self._root, ANSWERS_PATH)
            before, mode = (found[0], found[1].mode) if found else (None, MODE_FILE)
            answers = parse_answers((before or b"").decode("utf-8", "replace")).added(answer)
            after = format_answers(answers).encode()
            try:
                await self._disk.replace(self._root, ANSWERS_PATH, before, after, mode)
            except ConflictError:
                if attempt + 1 == _TRIES:
                    raise
            else:
                return


def _verdict(word: str) -> Verdict:
    try:
        return Verdict(word)
    except ValueError as error:
        raise InvalidRequestError(
            f"there is no answer {word!r}", f"Use one of: {', '.join(Verdict)}."
        ) from error
