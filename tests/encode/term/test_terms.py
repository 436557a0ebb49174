"""Terms: what the operations mean, and that equal terms are one term."""

from __future__ import annotations

import itertools
import random

import pytest
from gmpy2 import mpq
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import Rounding, power
from logbits.encode.term.terms import Terms, evaluate, evaluate_all, reachable, select
from support.means import rule
from support.random_terms import random_terms, words

VALUES = tuple(map(mpq, ("-2", "-1/2", "0", "1/3", "1", "3")))


# -- what the operations mean


@pytest.mark.parametrize("scores", list(itertools.product((ZERO, ONE, -ONE), repeat=3)))
def test_selections(scores: tuple[mpq, ...]) -> None:
    maximal = [j for j in range(3) if all(scores[j] >= other for other in scores)]
    assert select("saturated", scores) == maximal
    assert select("hard", scores) == [min(maximal)]
    assert select("rightmost", scores) == [max(maximal)]
    assert select("saturated", []) == select("hard", []) == select("rightmost", []) == []


@pytest.mark.parametrize("x", VALUES)
@pytest.mark.parametrize("y", VALUES)
def test_operations_on_numbers(x: mpq, y: mpq) -> None:
    assert evaluate("const", x, []) == x
    assert evaluate("affine", (x, (mpq(2), mpq(-1))), [x, y]) == 3 * x - y
    assert evaluate("mul", None, [x, y]) == x * y
    assert evaluate("max", None, [x, y]) == sorted((x, y))[1]
    for relation, holds in ((">", x > 0), (">=", x >= 0), ("=", x == 0)):
        assert evaluate("compare", relation, [x]) == (1 if holds else 0)
    assert evaluate("round", Rounding(power(0), -1, 0, "floor"), [x]) == max(-1, min(0, x.numerator // x.denominator))


@pytest.mark.parametrize("bits", list(itertools.product((ZERO, ONE), repeat=3)))
def test_conjunctions_of_numbers(bits: tuple[mpq, ...]) -> None:
    assert evaluate("and", None, bits) == min(bits)


def test_tables_are_zero_where_nothing_is_listed() -> None:
    rows = tuple(((key,), key * 7 + 1) for key in VALUES)
    for key in VALUES:
        assert evaluate("table", rows, [key]) == key * 7 + 1
    for key in (mpq(-3), mpq(1, 2), mpq(4)):
        assert evaluate("table", rows, [key]) == 0
    pairs = (((ZERO, ONE), mpq(5)), ((ZERO, mpq(2)), mpq(6)), ((ONE, ONE), mpq(7)))
    assert [evaluate("table", pairs, [mpq(a), mpq(b)]) for a in (0, 1) for b in (0, 1, 2)] == [0, 5, 6, 0, 7, 0]


def test_attention_on_numbers() -> None:
    values, scores = [mpq(3), mpq(6), mpq(10)], [ONE, ZERO, ONE]
    assert evaluate("attend", ("saturated", rule(None)), values + scores) == mpq(13, 2)
    assert evaluate("attend", ("saturated", rule(0)), values + [ONE] * 3) == mpq(19, 4)
    assert evaluate("attend", ("hard", rule(None)), values + scores) == 3
    assert evaluate("attend", ("rightmost", rule(None)), values + scores) == 10
    assert evaluate("mean", (rule(None), ZERO, ONE), [mpq(3), mpq(2)]) == mpq(3, 2)
    assert evaluate("mean", (rule(0), ZERO, ONE), [mpq(3), mpq(3)]) == mpq(3, 4)
    assert evaluate("mean", (rule(None), ZERO, ONE), [ZERO, ZERO]) == 0


def test_unknown_operations_have_no_value() -> None:
    with pytest.raises(ValueError, match="no value for 'nonsense'"):
        evaluate("nonsense", None, [])


# -- the list


@pytest.mark.parametrize("alphabet", range(1, 5))
def test_of_the_symbols_at_a_position_one_is_there(alphabet: int) -> None:
    terms = Terms(alphabet, 2)
    for word in words(terms):
        for position in (1, 2):
            symbols = [terms.symbol(position, a) for a in range(alphabet)]
            values = evaluate_all(terms, word, symbols)
            assert [values[term] for term in symbols] == [word[position - 1] == a for a in range(alphabet)]


def test_equal_terms_are_one_term() -> None:
    terms = Terms(3, 2)
    x, y = terms.symbol(1, 1), terms.symbol(2, 2)
    size = len(terms)
    assert terms.symbol(1, 1) == x
    assert terms.add("mul", (x, y)) == terms.add("mul", (x, y)) == size
    assert terms.add("max", (x, y)) != terms.add("max", (x, terms.one))
    assert terms.add("compare", (x,), ">") != terms.add("compare", (x,), ">=")
    assert terms.const(mpq(1)) == terms.one
    assert terms.const(ZERO) == terms.zero


def test_affine_normal_form_makes_linear_identities_identities() -> None:
    terms = Terms(2, 3)
    x, y, z = (terms.symbol(i, 1) for i in (1, 2, 3))
    total = terms.affine(ONE, [(mpq(2), x), (mpq(3), y)])
    assert terms.affine(ZERO, [(ONE, x)]) == x
    assert terms.affine(ZERO, [(ONE, x), (-ONE, x)]) == terms.zero
    assert terms.affine(mpq(4), []) == terms.const(mpq(4))
    assert terms.affine(mpq(-1), [(ONE, total), (mpq(-3), y)]) == terms.affine(ZERO, [(mpq(2), x)])
    assert terms.affine(ZERO, [(mpq(2), total), (ZERO, z)]) == terms.affine(mpq(2), [(mpq(6), y), (mpq(4), x)])
    assert terms.split(total) == (ONE, [(mpq(2), x), (mpq(3), y)])
    assert terms.split(x) == (ZERO, [(ONE, x)])
    assert terms.split(terms.one) == (ONE, [])
    assert terms.negate(terms.negate(x)) == x
    assert terms.negate(terms.one) == terms.zero


def test_products_gather_numbers_first() -> None:
    terms = Terms(2, 2)
    x, y = terms.symbol(1, 1), terms.symbol(2, 1)
    three = terms.const(mpq(3))
    assert terms.product((three, x, three)) == terms.affine(ZERO, [(mpq(9), x)])
    assert terms.product((three, three)) == terms.const(mpq(9))
    assert terms.product((x, terms.zero, y)) == terms.zero
    assert terms.product((x, three, y)) == terms.affine(ZERO, [(mpq(3), terms.add("mul", (x, y)))])
    assert terms.product(()) == terms.one


def test_numbers_are_folded_and_nothing_else() -> None:
    terms = Terms(2, 1)
    two, x = terms.const(mpq(2)), terms.symbol(1, 1)
    assert terms.value(terms.add("mul", (two, two))) == 4
    assert terms.value(terms.add("compare", (two,), "=")) == 0
    assert terms.value(terms.add("max", (two, x))) is None
    assert terms.value(x) is None


def test_children_come_before_parents() -> None:
    for seed in range(40):
        terms, found, _ = random_terms(random.Random(seed), 10)
        assert all(arg < term for term in range(len(terms)) for arg in terms.args[term])
        listed = reachable(terms, found[-3:])
        assert listed == sorted(set(listed))
        assert {arg for term in listed for arg in terms.args[term]} | set(found[-3:]) <= set(listed)
        for op, args, payload in itertools.islice(zip(terms.ops, terms.args, terms.payloads, strict=True), 2, None):
            if op == "affine":
                const, coefficients = payload
                assert list(args) == sorted(set(args))
                assert all(coefficients)
                assert all(terms.ops[arg] not in ("const", "affine") for arg in args)
                assert len(args) > 1 or const != 0 or coefficients != (ONE,)
