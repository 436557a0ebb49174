"""What was given, in few words: on one line, short, and without an address."""

from __future__ import annotations

import math

import numpy as np
import pytest
from gmpy2 import mpq, mpz
from logbits.encode.model.build import Builder
from logbits.encode.number.given import described
from logbits.encode.program.position import i

T = Builder("p", "ab")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "None"),
        (True, "True"),
        (-3, "-3"),
        (10**5000, "an integer of 16610 bits"),
        (0.5, "0.5"),
        (mpq(1, 3), "1/3"),
        (mpq(4), "4"),
        (mpz(5), "5"),
        (mpq(1, 3**200), "a fraction"),
        ("a\nb", r"'a\nb'"),
        ("x" * 1000, "'xxxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxx'"),
        ([1, 2], "[1, 2]"),
        (int, "the class int"),
        (print, "the function print"),
        (described, "the function described"),
        (math, "the module math"),
        (object(), "an object"),
        ([object()], "a list"),
        (np.int64(3), "np.int64(3)"),
        (np.zeros((9, 9)), "array([[0., 0., 0...., 0., 0., 0., 0.]])"),
        (T, "a Builder"),
        (T.symbol("a"), "a feature"),
        (T.key(T.symbol("a")), "a score"),
        (T.accept(1), "a program"),
        (i, "a position expression"),
        (i == i, "what == of two position expressions gives"),
    ],
    ids=described,
)
def test_described(value: object, expected: str) -> None:
    assert described(value) == expected
