"""Makes the file that is shipped of what was learnt."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from agentxd.plugins.embedders.static import StaticEmbedder
from agentxd.plugins.embedders.table import Table, write_table
from agentxd.plugins.embedders.training.learning import Learnt


def finish(place: Path, words: Sequence[str], learnt: Learnt) -> None:
    """Rounds the rows to int8, each with a scale of its own, which goes into its weights."""
    scales = np.abs(learnt.rows).max(axis=1) / 127.0
    scales[scales == 0] = 1.0
    table = Table(
        name=StaticEmbedder.name,
        words=tuple(words),
        n_buckets=len(learnt.rows) - len(words),
        in_documents=_fitting(learnt.in_documents * scales),
        in_queries=_fitting(learnt.in_queries * scales),
        rows=np.rint(learnt.rows / scales[:, None]).astype(np.int8),
    )
    write_table(place, table)


def _fitting(weights: NDArray[np.float32]) -> NDArray[np.float32]:
    """In the range where float16 is exact enough; a common factor changes no answer."""
    return weights / float(np.abs(weights).max())
