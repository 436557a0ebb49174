"""Words from elsewhere, and words misspelt: the line names the one that is read."""

from __future__ import annotations

import re

import pytest
from logbits.encode.arithmetic.meant import _OTHERS, FORMS
from logbits.encode.arithmetic.text import parse
from logbits.encode.number.mean import InvalidArithmeticError


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("bfloat16", "bf16"),
        ("float16 truncate", "fp16"),
        ("half", "fp16"),
        ("BF16", "bf16"),
        ("fp32", "float(24, 8)"),
        ("e4m3", "e4m3fn"),
        ("fp8_e5m2", "e5m2"),
        ("fp16 round-to-nearest", "nearest-even"),
        ("fp4", "e2m1"),
        ("float6_e2m3fn", "e2m3"),
        ("fp6", "e3m2' or 'e2m3"),
        ("fp16 rne", "nearest-even"),
        ("fp16 Nearest_Even", "nearest-even"),
        ("fixed(8) truncate", "toward-zero"),
        ("fixed(8) clamp", "saturate"),
        ("fixed(8) nearst-even", "nearest-even"),
        ("int4", "fixed(4)"),
        ("q(12)", "Q(12)"),
        ("q12", "Q(12)"),
        ("R3", "R(3)"),
        ("Fixed(8)", "fixed(8)"),
        ("Fixed(8, 6)", "fixed(8, 6)"),
        ("fixed[6]", "fixed(6)"),
        ("fixed8", "fixed(8)"),
        ("fixed-8", "fixed(8)"),
        ("8", "fixed(8)"),
        ("8-bit", "fixed(8)"),
        ("Q4.12", "fixed(16, 12)"),
        ("u8.7", "ufixed(8, 7)"),
        ("ufixed(8)", "ufixed(8, 7)"),
        ("fixed", "fixed(8)"),
        ("exact()", "exact"),
        ("EXACT", "exact"),
        ("rational", "exact"),
        ("reciprocal", "reciprocal(0)"),
        ("fp16 pairwise", "iterative(tree)"),
        ("fp16 tree", "iterative(tree)"),
        ("fp16 blocked", "iterative(blocks(32))"),
        ("fp16 Iterative(tree)", "iterative(tree)"),
        ("dyadic12", "dyadic quotient(12)"),
    ],
)
def test_a_word_from_elsewhere_names_the_one_that_is_read(text: str, word: str) -> None:
    with pytest.raises(InvalidArithmeticError, match=re.escape(f"did you mean '{word}'? ")):
        parse(text)


def test_every_word_that_is_suggested_is_read() -> None:
    suggested = {each for words in _OTHERS for each in words.split("' or '")}
    suggested |= {f"{name}{example}" for name, example in FORMS.items()} | {"Q(3)", "fixed(3)", "R(3)", "reciprocal(3)"}
    for word in suggested:
        with pytest.raises(InvalidArithmeticError) as caught:
            parse(f"{word} {word} fixed(8)")
        assert "twice" in str(caught.value), word


def test_what_comes_close_to_nothing_is_not_guessed() -> None:
    for text in ("nonsense", "x", "!", "(", "zzz(9)"):
        with pytest.raises(InvalidArithmeticError) as caught:
            parse(text)
        assert "did you mean" not in str(caught.value)
    with pytest.raises(InvalidArithmeticError, match="never by chance"):
        parse("fixed(8) stochastic")
