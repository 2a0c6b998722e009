"""Learns the table with torch: a dual encoder of word sums, contrasted within batches.

Torch is imported when learning begins, because nobody else needs it.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from agentxd.plugins.embedders.training.batching import Rows, batches
from agentxd.plugins.embedders.training.numbering import Arrays, Numbered
from agentxd.plugins.embedders.training.recipe import Recipe

if TYPE_CHECKING:
    import torch

_TOLD_STEPS = 200


class Learnt(Struct, frozen=True, eq=False):
    """Rows of words and buckets, and the weight of each in documents and in queries."""

    rows: NDArray[np.float32]
    in_documents: NDArray[np.float32]
    in_queries: NDArray[np.float32]


class Bag(Struct, frozen=True, eq=False):
    """Texts of one batch, end to end."""

    ids: "torch.Tensor"
    tallies: "torch.Tensor"
    starts: "torch.Tensor"


class Encoder:
    """One shared table, and weights that begin as the words' rarity."""

    def __init__(self, recipe: Recipe, rarity: NDArray[np.float32]) -> None:
        import torch  # noqa: PLC0415

        n_rows = len(rarity) + recipe.n_buckets
        weights = torch.full((n_rows,), float(rarity.max()))
        weights[: len(rarity)] = torch.from_numpy(rarity)
        weights /= weights.mean()
        self.rows = torch.nn.Parameter(torch.randn(n_rows, recipe.dimensions) * 0.05)
        self.in_documents = torch.nn.Parameter(weights.clone())
        self.in_queries = torch.nn.Parameter(weights.clone())

    def encode(self, bag: Bag, weights: "torch.Tensor") -> "torch.Tensor":
        """Unit vectors of texts."""
        from torch.nn import functional  # noqa: PLC0415

        each = weights[bag.ids] * bag.tallies
        found = functional.embedding_bag(
            bag.ids, self.rows, bag.starts, mode="sum", per_sample_weights=each
        )
        return functional.normalize(found, dim=1)

    def learnt(self) -> Learnt:
        """What it has come to."""
        found = (self.rows, self.in_documents, self.in_queries)
        return Learnt(*(part.detach().numpy() for part in found))


def learn(
    pairs: Numbered, rarity: NDArray[np.float32], recipe: Recipe, tell: Callable[[str], None]
) -> Learnt:
    """Trains and tells how it goes."""
    import torch  # noqa: PLC0415

    torch.manual_seed(recipe.seed)
    torch.set_num_threads(recipe.n_threads)
    chance = np.random.default_rng(recipe.seed)
    encoder = Encoder(recipe, rarity)
    learnable = [encoder.rows, encoder.in_documents, encoder.in_queries]
    optimizer = torch.optim.Adam(learnable, lr=recipe.rate, betas=(0.9, 0.99), fused=True)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, recipe.rate, total_steps=recipe.n_steps, pct_start=0.05
    )
    began, total = time.monotonic(), 0.0
    for step, (queries, documents, rows) in enumerate(batches(pairs, recipe, chance), 1):
        found = encoder.encode(
            _bag(queries, rows, recipe.dropped_of_query, chance), encoder.in_queries
        )
        wanted = encoder.encode(
            _bag(documents, rows, recipe.dropped_of_document, chance), encoder.in_documents
        )
        loss = contrast(found, wanted, recipe.temperature)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        schedule.step()
        total += float(loss.detach())
        if step % _TOLD_STEPS == 0:
            tell(f"step {step}: loss {total / _TOLD_STEPS:.3f}, {time.monotonic() - began:.0f} s")
            total = 0.0
    return encoder.learnt()


def contrast(found: "torch.Tensor", wanted: "torch.Tensor", temperature: float) -> "torch.Tensor":
    """How badly each query finds its own document among all of the batch, and the reverse."""
    import torch  # noqa: PLC0415
    from torch.nn import functional  # noqa: PLC0415

    target = torch.arange(len(found))
    scores = found @ wanted.T / temperature
    there = functional.cross_entropy(scores, target)
    back = functional.cross_entropy(scores.T, target)
    loss: torch.Tensor = (there + back) / 2
    return loss


def _bag(texts: Arrays, rows: Rows, dropped: float, chance: np.random.Generator) -> Bag:
    import torch  # noqa: PLC0415

    ids, tallies, starts = texts.take(rows)
    kept = chance.random(len(tallies), np.float32) >= dropped
    return Bag(torch.from_numpy(ids), torch.from_numpy(tallies * kept), torch.from_numpy(starts))
