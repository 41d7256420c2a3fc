"""A pseudo-random order of 0 .. n-1 of which any part can be had without the rest, and hashed levels.

A Feistel network with cycle walking is a bijection whatever its round function (Black and Rogaway 2002); the round
function is the finaliser of SplitMix64.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Words = NDArray[np.uint64]

ROUNDS = 4
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)


def shuffled(numbers: NDArray[np.int64], size: int, streams: Words) -> Floats:
    """Return where each of `numbers` (0 .. size-1) goes in each stream's order, shape (n_numbers, n_streams).

    Over all numbers, every column is a permutation of 0 .. size-1.
    """
    bits = max(1, (max(size - 1, 1).bit_length() + 1) // 2)
    place = np.repeat(numbers.astype(np.uint64)[:, None], len(streams), axis=1)
    keys = np.broadcast_to(streams, place.shape)
    place = _feistel(place, keys, bits)
    outside = place >= size
    while outside.any():
        place[outside] = _feistel(place[outside], keys[outside], bits)
        outside = place >= size
    return place.astype(np.float64)


def hashed_levels(numbers: NDArray[np.int64], streams: Words) -> Floats:
    """Return numbers in 0..1 (without 1) that depend on number and stream alone, shape (n_numbers, n_streams)."""
    words = _mix(_mix(numbers.astype(np.uint64) + np.uint64(1))[:, None] ^ _mix(streams ^ _GOLDEN)[None, :])
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _feistel(values: Words, keys: Words, bits: int) -> Words:
    """Return values in 0 .. 4**bits - 1 put into the order of their keys."""
    half, mask = np.uint64(bits), np.uint64(2**bits - 1)
    left, right = values >> half, values & mask
    for turn in range(ROUNDS):
        with np.errstate(over="ignore"):
            word = _mix(right ^ (keys + np.uint64(turn + 1) * _GOLDEN))
        left, right = right, left ^ (word & mask)
    return (left << half) | right


def _mix(values: Words) -> Words:
    mixed = values ^ (values >> np.uint64(30))
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(27)
    mixed *= np.uint64(0x94D049BB133111EB)
    mixed ^= mixed >> np.uint64(31)
    return mixed
