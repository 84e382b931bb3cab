"""What every engine shares: one error, the progress callback, stable hashes, the provenance of a result."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Protocol

import numpy as np


class EngineError(ValueError):
    """Input that an engine refuses: where it is, what was found, the rule it breaks and what to do next.

    >>> print(EngineError("Weights under Index", 99, "they must sum to 100", "change a weight"))
    Weights under Index: found 99, but they must sum to 100; change a weight.
    """

    def __init__(self, where: str, value: object, rule: str, next_step: str):
        self.where = where
        self.value = value
        self.rule = rule
        self.next_step = next_step
        super().__init__(f"{where}: found {value}, but {rule}; {next_step}.")

    def __reduce__(self) -> tuple:
        # An exception is rebuilt from its message alone otherwise, and would never return from another process.
        return type(self), (self.where, self.value, self.rule, self.next_step)


class Progress(Protocol):
    """Told how much of a long computation is done; may raise to stop it."""

    def __call__(self, done: int, total: int) -> None: ...


def no_progress(done: int, total: int) -> None:
    """Changes nothing: the default progress callback."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a result comes from. `seconds` is for the operator only and is never written to a file."""

    version: str
    input_hash: str
    seed: int
    runs: int
    seconds: float


def stable_hash(*parts: object) -> str:
    """Return the SHA-256 (hex) of arrays, texts, numbers and sequences; equal content, equal hash.

    Arrays count with dtype and shape, little endian; every NaN counts as the same NaN.

    >>> stable_hash("a", np.array([1.0, np.nan])) == stable_hash("a", np.array([1.0, -np.nan]))
    True
    """
    digest = hashlib.sha256()
    for part in parts:
        _feed(digest, part)
    return digest.hexdigest()


def _feed(digest, part: object) -> None:
    if isinstance(part, np.ndarray):
        array = np.ascontiguousarray(part, dtype=part.dtype.newbyteorder("<"))
        if array.dtype.kind == "f":
            array = np.where(np.isnan(array), np.nan, array + 0.0).astype(array.dtype)
        header = f"array {array.dtype.str} {array.shape}\n".encode()
        digest.update(header + array.tobytes())
    elif isinstance(part, bytes):
        digest.update(f"bytes {len(part)}\n".encode() + part)
    elif isinstance(part, (list, tuple)):
        digest.update(f"sequence {len(part)}\n".encode())
        for item in part:
            _feed(digest, item)
    elif part is None or isinstance(part, (str, bool, int, float)):
        text = f"{type(part).__name__} {part!r}".encode()
        digest.update(f"{len(text)} ".encode() + text)
    else:
        raise TypeError(f"stable_hash takes arrays, texts, numbers and sequences, not {type(part).__name__}")
