"""Principal axes of the votes, and where people and statements lie on them.

Missing votes are imputed by the mean of the statement's cast votes, so that after centring they are exactly zero:
the singular value decomposition of a sparse table is that of the imputed one [1]_.

References
----------
.. [1] C. Small, M. Bjorkegren, T. Erkkilä, L. Shaw, C. Megill: Polis: scaling deliberation by mapping high
   dimensional opinion spaces. Recerca 26(2), 2021. doi:10.6035/recerca.5516
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import orthogonal_procrustes
from scipy.sparse.linalg import LinearOperator, eigsh

from ratusz.engines.opinion.kernels import deviations, normal_product, normal_product_of_two, ridge_places
from ratusz.engines.opinion.votes import Votes

AXES = 2
DENSE = 128  # statements up to which all eigenvectors are computed
# Chosen on five real conversations for groups that stay when a fifth of the votes is taken away.
RIDGE = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Axes:
    """Mean vote of each statement (n_statements,), and two axes of unit length (2, n_statements)."""

    centre: np.ndarray
    components: np.ndarray

    @property
    def statements(self) -> np.ndarray:
        """Where a person lies who agreed with one statement and voted on nothing else (2, n_statements)."""
        return np.sqrt(len(self.centre)) * (1.0 - self.centre) * self.components

    @property
    def extremity(self) -> np.ndarray:
        """How far from the middle a statement lies: the length of its projection (n_statements,)."""
        return np.sqrt((self.statements**2).sum(axis=0))


@dataclass(frozen=True, slots=True, eq=False)
class Centred:
    """Votes minus their statements' means, as far as they are kept."""

    votes: Votes
    kept: np.ndarray
    gap: np.ndarray
    centre: np.ndarray

    def normal_product(self, x: np.ndarray) -> np.ndarray:
        """A'A x for the table A (n_statements, k)."""
        votes = self.votes
        x = np.ascontiguousarray(x)
        product = normal_product_of_two if x.shape[1] == 2 else normal_product
        return product(votes.rows, votes.columns, self.gap, x)


def centred(votes: Votes, kept: np.ndarray | None = None) -> Centred:
    """Return the deviations; an excluded statement's are 0. `kept` (bool) says which votes are looked at."""
    kept = np.ones(len(votes.values), dtype=np.bool_) if kept is None else kept
    values = np.where(votes.counted(), votes.values, 0).astype(float)
    return Centred(votes, kept, *deviations(votes.rows, votes.columns, values, kept, votes.shape[1]))


def principal_axes(table: Centred) -> Axes:
    """Return the two axes of largest variance; each axis' largest loading is positive."""
    statements = table.votes.shape[1]
    components = np.zeros((AXES, statements))
    found = _leading(table, min(AXES, statements)) if statements else components[:0]
    for k, vector in enumerate(found):
        components[k] = vector * (1.0 if vector[np.argmax(np.abs(vector))] >= 0 else -1.0)
    return Axes(table.centre, components)


def _leading(table: Centred, number: int) -> np.ndarray:
    statements = table.votes.shape[1]
    if statements <= DENSE or not table.gap.any():
        _values, vectors = np.linalg.eigh(table.normal_product(np.eye(statements)))
        return vectors[:, ::-1][:, :number].T
    product = LinearOperator(
        (statements, statements), matvec=lambda x: table.normal_product(x.reshape(-1, 1)).ravel(), dtype=float
    )
    # A fixed start makes the result a function of the votes alone.
    values, vectors = eigsh(product, k=number, v0=np.cos(np.arange(1.0, statements + 1)), tol=1e-13)
    return vectors[:, np.argsort(values)[::-1]].T


def near_axes(table: Centred, reference: Axes, steps: int) -> Axes:
    """Return the plane of the axes after some steps of subspace iteration from the reference, turned towards it."""
    basis = reference.components.T
    for _step in range(steps):
        basis, _upper = np.linalg.qr(table.normal_product(basis))
    turn, _scale = orthogonal_procrustes(basis, reference.components.T)
    return Axes(table.centre, (basis @ turn).T)


def turned(axes: Axes, statements: tuple[str, ...], reference: np.ndarray, known: tuple[str, ...]) -> Axes:
    """Return the axes turned and mirrored to lie closest to the reference's components on the statements of both."""
    place = {statement: k for k, statement in enumerate(known)}
    shared = [(k, place[one]) for k, one in enumerate(statements) if one in place]
    if not shared:
        return axes
    here, there = (list(column) for column in zip(*shared, strict=True))
    turn, _scale = orthogonal_procrustes(axes.components[:, here].T, reference[:, there].T)
    return Axes(axes.centre, (axes.components.T @ turn).T)


def polis_places(table: Centred, axes: Axes) -> np.ndarray:
    """Return people's places, scaled outwards for few votes as Polis does (n_participants, 2)."""
    votes = table.votes
    voted = np.maximum(np.bincount(votes.rows[table.kept], minlength=votes.shape[0]), 1)
    flat = [
        np.bincount(votes.rows, weights=table.gap * axis[votes.columns], minlength=votes.shape[0])
        for axis in axes.components
    ]
    return np.sqrt(votes.shape[1] / voted)[:, None] * np.stack(flat, axis=1)


def places(table: Centred, axes: Axes) -> np.ndarray:
    """Return the place of each person by ridge regression: few votes draw to the middle (n_participants, 2).

    Solves (V'V + RIDGE·I) p = V'(x − μ) over the statements that the person voted on.
    """
    votes = table.votes
    loadings = np.ascontiguousarray(axes.components.T)
    return ridge_places(votes.rows, votes.columns, table.gap, table.kept, votes.shape[0], loadings, RIDGE)
