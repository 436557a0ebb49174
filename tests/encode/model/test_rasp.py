"""RASP: programs that people know, against plain Python on all short words; and what each rule of the layer says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product
from typing import cast

import pytest
from gmpy2 import mpq
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.text import parse
from logbits.encode.model.rasp import Comparison, Rasp, Selector, SOp
from logbits.encode.program.program import Program, ProgramError
from logbits.verify.reference.run import Reference

Function = Callable[[Sequence[str]], Sequence[mpq | str | int]]
COMPARISONS: dict[Comparison, Callable[[int, int], bool]] = {
    "==": lambda k, q: k == q,
    "!=": lambda k, q: k != q,
    "<": lambda k, q: k < q,
    "<=": lambda k, q: k <= q,
    ">": lambda k, q: k > q,
    ">=": lambda k, q: k >= q,
}


def outcomes(program: Program, longest: int, arithmetic: str = "exact") -> dict[str, object]:
    reference = Reference(program, parse(arithmetic), longest)
    words = ("".join(w) for n in range(1, longest + 1) for w in product(program.alphabet, repeat=n))
    runs = {word: reference.run(word) for word in words}
    assert not any(run.failure for run in runs.values())
    return {word: run.outcome for word, run in runs.items()}


def computes(program: Program, function: Function, longest: int) -> None:
    for word, outcome in outcomes(program, longest).items():
        assert outcome == tuple(function(word)), word


# -- the programs of the paper and of Tracr


def frac_prevs(r: Rasp, what: SOp) -> SOp:
    return r.aggregate(r.select(r.indices, r.indices, "<="), what)


def shift_by(r: Rasp, offset: int, what: SOp) -> SOp:
    return r.aggregate(r.select(r.indices + offset, r.indices, "=="), what, one=True)


def test_length() -> None:
    r = Rasp("length", "ab", max_length=7)
    computes(r.output(r.length), lambda w: [len(w)] * len(w), 7)


def test_hist() -> None:
    r = Rasp("hist", "abc", max_length=8)
    program = r.output(r.selector_width(r.select(r.tokens, r.tokens, "==")))
    function = CASES["histogram-width"].function
    assert function is not None
    computes(program, function, 5)


def test_reverse() -> None:
    r = Rasp("reverse", "ab", max_length=8)
    mirror = r.select(r.indices, r.length - 1 - r.indices, "==")
    function = CASES["reverse"].function
    assert function is not None
    computes(r.output(r.aggregate(mirror, r.tokens)), function, 7)


def test_shift_by_2() -> None:
    r = Rasp("shift-by-2", "ab")
    computes(r.output(shift_by(r, 2, r.tokens)), lambda w: ["a", "a", *w][: len(w)], 7)


def test_sort_unique() -> None:
    r = Rasp("sort-unique", "123", max_length=4)
    rank = r.selector_width(r.select(r.tokens, r.tokens, "<"))
    program = r.output(r.aggregate(r.select(rank, r.indices, "=="), r.tokens))
    for word, outcome in outcomes(program, 3).items():
        if len(set(word)) == len(word):
            assert outcome == tuple(sorted(word)), word


def test_sort() -> None:
    # Copies of a symbol stay in order: the rank counts smaller symbols, and earlier copies.
    r = Rasp("sort", "ab", max_length=6)
    smaller = r.select(r.tokens, r.tokens, "<")
    earlier = r.select(r.tokens, r.tokens, "==") & r.select(r.indices, r.indices, "<")
    rank = r.selector_width(smaller) + r.selector_width(earlier)
    computes(r.output(r.aggregate(r.select(rank, r.indices, "=="), r.tokens)), sorted, 6)


def test_frac_prevs() -> None:
    r = Rasp("frac-prevs", "xy")
    program = r.output(frac_prevs(r, r.tokens.equals("x")))
    computes(program, lambda w: [mpq(w[: k + 1].count("x"), k + 1) for k in range(len(w))], 7)


def test_pair_balance() -> None:
    r = Rasp("pair-balance", "()")
    program = r.output(frac_prevs(r, r.tokens.equals("(")) - frac_prevs(r, r.tokens.equals(")")))
    computes(program, lambda w: [mpq(2 * w[: k + 1].count("("), k + 1) - 1 for k in range(len(w))], 7)


def test_detect_ab() -> None:
    r = Rasp("detect-ab", "ab")
    program = r.output(shift_by(r, 1, r.tokens).equals("a") & r.tokens.equals("b"))
    computes(program, lambda w: [int(w[max(0, k - 1) : k + 1] == "ab") for k in range(len(w))], 7)


def test_double_histogram() -> None:
    r = Rasp("double-histogram", "ab", max_length=5)
    same = r.select(r.tokens, r.tokens, "==")
    count = r.selector_width(same)
    first = r.selector_width(same & r.select(r.indices, r.indices, "<")).equals(0)
    program = r.output(r.selector_width(r.select(count, count, "==") & r.select(first, 1, "==")))
    computes(program, lambda w: [sum(w.count(b) == w.count(a) for b in set(w)) for a in w], 5)


def test_dyck() -> None:
    r = Rasp("dyck", "()")
    depth = frac_prevs(r, r.tokens.map(lambda a: mpq(1 if a == "(" else -1)))
    dips = r.aggregate(r.full(), depth < 0)
    accepted = {w for w, o in outcomes(r.accept(depth.equals(0) & dips.equals(0)), 7).items() if o}
    language = CASES["dyck1"].language
    assert language is not None
    assert accepted == {w for n in range(1, 8) for w in map("".join, product("()", repeat=n)) if language(w)}


# -- selectors


def selected(r: Rasp, selector: Selector) -> Program:
    """Each position outputs which positions it selects, as a number in base 2."""
    powers = r.indices.map(lambda k: 2 ** int(k))
    sums = r.aggregate(selector, powers)
    width = r.selector_width(selector)
    # The mean alone tells selections of known width apart only; so both are put in one number.
    return r.output(sums + width * 1000)


def expected(pairs: Callable[[str, int, int], bool]) -> Function:
    def function(word: Sequence[str]) -> list[mpq]:
        chosen = [[k for k in range(len(word)) if pairs(cast(str, word), k, q)] for q in range(len(word))]
        return [mpq(sum(2**k for k in ks), len(ks) or 1) + 1000 * len(ks) for ks in chosen]

    return function


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_comparisons_of_indices(comparison: Comparison) -> None:
    holds = COMPARISONS[comparison]
    r = Rasp("indices", "a", max_length=5)
    computes(selected(r, r.select(r.indices, r.indices, comparison)), expected(lambda _, k, q: holds(k, q)), 5)


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_comparisons_with_a_shifted_index(comparison: Comparison) -> None:
    holds = COMPARISONS[comparison]
    r = Rasp("shifted", "a", max_length=4)
    selector = r.select(2 * r.indices, r.indices + 1, comparison)
    computes(selected(r, selector), expected(lambda _, k, q: holds(2 * k, q + 1)), 4)


@pytest.mark.parametrize("comparison", COMPARISONS)
def test_comparisons_of_symbols_follow_the_alphabet(comparison: Comparison) -> None:
    holds = COMPARISONS[comparison]
    r = Rasp("symbols", "bac", max_length=3)
    selector = r.select(r.tokens, r.tokens, comparison)
    order = "bac".index
    computes(selected(r, selector), expected(lambda w, k, q: holds(order(w[k]), order(w[q]))), 3)


def test_and_or_not() -> None:
    r = Rasp("logic", "ab", max_length=4)
    same, later = r.select(r.tokens, r.tokens, "=="), r.select(r.indices, r.indices, ">")
    selector = ~(same & later) & (same | later | r.select(r.tokens, "b", "=="))

    def pairs(w: str, k: int, q: int) -> bool:
        return not (w[k] == w[q] and k > q) and (w[k] == w[q] or k > q or w[k] == "b")

    computes(selected(r, selector), expected(pairs), 4)


def test_a_mask_and_an_equality_of_integers() -> None:
    r = Rasp("both", "a", max_length=6)
    selector = r.select(2 * r.indices, r.indices, "==") & r.select(r.indices, r.indices, "<")
    computes(selected(r, selector), expected(lambda _, k, q: 2 * k == q and k < q), 6)
    selector &= r.select(r.indices, r.indices, "<=")
    assert selector.mask == "strict"


def test_predicates_are_functions_too() -> None:
    r = Rasp("divides", "a", max_length=6)
    selector = r.select(r.indices + 1, r.indices + 1, lambda k, q: int(cast(mpq, q)) % int(cast(mpq, k)) == 0)
    computes(selected(r, selector), expected(lambda _, k, q: (q + 1) % (k + 1) == 0), 6)


def test_what_a_mask_or_an_equality_of_integers_cannot_say() -> None:
    r = Rasp("refused", "ab")
    before, same = r.select(r.indices, r.indices, "<"), r.select(r.indices, r.indices, "==")
    with pytest.raises(ProgramError, match='"not" of a selector needs scores 0 and 1'):
        _ = ~before
    with pytest.raises(ProgramError, match='"or" of selectors needs scores 0 and 1'):
        _ = same | before
    with pytest.raises(ProgramError, match="finitely many values"):
        r.select(r.indices, r.indices, ">")
    with pytest.raises(ProgramError, match="needs max_length"):
        r.selector_width(same)
    with pytest.raises(ProgramError, match="symbols are no numbers"):
        _ = r.tokens + 1
    with pytest.raises(TypeError, match="not true or false"):
        bool(r.indices)


# -- aggregate, maps


def test_the_default_of_an_empty_selection() -> None:
    r = Rasp("default", "ab")
    previous = r.select(r.indices + 1, r.indices, "==")
    computes(r.output(r.aggregate(previous, r.tokens, "b")), lambda w: ["b", *w][: len(w)], 4)
    r = Rasp("default", "ab")
    previous = r.select(r.indices + 1, r.indices, "==")
    computes(r.output(r.aggregate(previous, r.indices + 5, -1)), lambda w: [-1, *range(5, 20)][: len(w)], 4)


def test_means_of_numbers_and_of_symbols() -> None:
    r = Rasp("means", "ab")
    computes(r.output(r.aggregate(r.full(), r.indices)), lambda w: [mpq(len(w) - 1, 2)] * len(w), 5)
    r = Rasp("most", "ab")
    computes(r.output(r.aggregate(r.full(), r.tokens)), lambda w: [max("ab", key=w.count)] * len(w), 5)


def test_maps_of_one_and_of_two() -> None:
    r = Rasp("maps", "ab", max_length=5)
    odd = r.indices.map(lambda k: mpq(int(cast(mpq, k)) % 2))
    marked = r.map(lambda a, k: "b" if (a == "b") != bool(k) else "a", r.tokens, odd)
    assert marked.domain == ("a", "b")
    computes(r.output(marked), lambda w: ["ab"[(a == "b") != k % 2] for k, a in enumerate(w)], 5)
    r = Rasp("maps", "ab", max_length=5)
    total = r.map(lambda a, k: (10 if a == "b" else 20) * k, r.tokens, r.indices)
    computes(r.output(total), lambda w: [k * (10 if a == "b" else 20) for k, a in enumerate(w)], 5)


def test_arithmetic_and_comparisons_of_s_ops() -> None:
    r = Rasp("numbers", "a", max_length=6)
    x = 3 - 2 * r.indices
    assert x.domain == (-7, -5, -3, -1, 1, 3)
    inside = (x >= -3) & (x < 2) & ~x.equals(-1)
    assert inside.domain == (0, 1)
    computes(r.output(inside | (r.indices > 4)), lambda w: [[0, 1, 0, 1, 0, 1][k] for k in range(len(w))], 6)


def test_a_fetched_number_keeps_its_domain() -> None:
    r = Rasp("fetch", "a", max_length=5)
    previous = r.select(r.indices + 1, r.indices, "==")
    fetched = r.aggregate(previous, r.indices, 9, one=True)
    assert fetched.domain == (0, 1, 2, 3, 4, 9)
    assert r.aggregate(previous, r.indices).domain is None
    computes(r.output(fetched.map(lambda k: k == 9)), lambda w: [1, 0, 0, 0, 0][: len(w)], 5)


def test_the_same_verdict_as_the_catalogue_entry() -> None:
    r = Rasp("shift", "01")
    program = r.output(r.aggregate(r.select(r.indices + 1, r.indices, "=="), r.tokens))
    function = CASES["shift"].function
    assert function is not None
    computes(program, function, 7)
    assert outcomes(program, 6, "lit") == outcomes(program, 6) == outcomes(CASES["shift"].program, 6)
