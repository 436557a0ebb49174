"""The rules of truth values: each one listed in `logbits.bounds.reduce.logic`, on all truth assignments."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce import reduce
from logbits.bounds.reduce.derivation import Derivation
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.term.terms import Term, evaluate_all
from support.rules import conjunction, disjunction, exclusive

Bits = tuple[int, ...]


@pytest.fixture
def facts() -> Derivation:
    """Five positions of a two-letter word: five independent truth values."""
    return reduce.new(2, 5)


def letters(facts: Derivation) -> list[Term]:
    return [facts.terms.symbol(i, 1) for i in range(1, facts.terms.length + 1)]


def means(facts: Derivation, term: Term, expected: Callable[[Bits], bool]) -> None:
    """The term is the expected truth value of every word."""
    for word in itertools.product((0, 1), repeat=facts.terms.length):
        assert evaluate_all(facts.terms, word, [term])[term] == int(expected(word)), word


def test_nothing_and_constants(facts: Derivation) -> None:
    x, terms = letters(facts)[0], facts.terms
    assert conjunction(facts, []) == terms.one
    assert disjunction(facts, []) == terms.zero
    assert conjunction(facts, [x, terms.one]) == x
    assert conjunction(facts, [x, terms.zero]) == terms.zero
    assert disjunction(facts, [x, terms.one]) == terms.one
    assert disjunction(facts, [x, terms.zero]) == x


def test_flatten(facts: Derivation) -> None:
    x, y, z, *_ = letters(facts)
    inner = conjunction(facts, [y, z])
    whole = conjunction(facts, [x, inner])
    assert facts.terms.args[whole] == (x, y, z)
    assert conjunction(facts, [conjunction(facts, [x, y]), z]) == whole
    means(facts, whole, lambda w: bool(w[0] and w[1] and w[2]))


def test_idempotence_and_contradiction(facts: Derivation) -> None:
    x, y, *_ = letters(facts)
    assert conjunction(facts, [x, x]) == x
    assert conjunction(facts, [x, facts.terms.negate(x)]) == facts.terms.zero
    assert conjunction(facts, [x, y, facts.terms.negate(x)]) == facts.terms.zero
    assert disjunction(facts, [x, facts.terms.negate(x)]) == facts.terms.one
    parts = [(mpq(3) ** k, letter) for k, letter in enumerate(letters(facts))]
    atom = facts.terms.add("compare", (facts.terms.affine(mpq(-50), parts),), ">=")  # no symbol, no table
    assert conjunction(facts, [atom, x, atom]) == conjunction(facts, [x, atom])
    assert conjunction(facts, [atom, x, facts.terms.negate(atom)]) == facts.terms.zero


def test_absorption(facts: Derivation) -> None:
    x, y, z, *_ = letters(facts)
    negate = facts.terms.negate
    implied = negate(conjunction(facts, [negate(x), y]))
    assert conjunction(facts, [x, implied]) == x
    assert conjunction(facts, [x, z, implied]) == conjunction(facts, [x, z])
    other = conjunction(facts, [negate(x), implied])
    means(facts, other, lambda w: not w[0] and not w[1])


def test_unit(facts: Derivation) -> None:
    x, y, z, *_ = letters(facts)
    negate = facts.terms.negate
    one = conjunction(facts, [x, negate(conjunction(facts, [x, y]))])
    assert one == conjunction(facts, [x, negate(y)])
    several = conjunction(facts, [x, negate(conjunction(facts, [x, y, z]))])
    assert several == conjunction(facts, [x, negate(conjunction(facts, [y, z]))])
    means(facts, several, lambda w: bool(w[0] and not (w[1] and w[2])))
    assert conjunction(facts, [x, y, negate(conjunction(facts, [x, y]))]) == facts.terms.zero


def test_one_key_one_table(facts: Derivation) -> None:
    number = facts.terms.affine(ZERO, [(ONE, x) for x in letters(facts)])
    tables = [
        facts.map(found, (number,), lambda row, k=k: mpq(int(row[0]) % k == 1))
        for k in (2, 3)
        if (found := facts.common_key((number,))) is not None
    ]
    both = conjunction(facts, tables)
    assert facts.terms.ops[both] == "table"
    means(facts, both, lambda w: sum(w) == 1)
    means(facts, disjunction(facts, tables), lambda w: sum(w) % 2 == 1 or sum(w) % 3 == 1)
    means(facts, exclusive(facts, *tables), lambda w: (sum(w) % 2 == 1) != (sum(w) % 3 == 1))
    even = facts.terms.negate(tables[0])
    assert conjunction(facts, [tables[0], even]) == facts.terms.zero
    assert disjunction(facts, [tables[0], even]) == facts.terms.one


def test_one_position_one_function() -> None:
    facts = reduce.new(3, 2)
    terms = facts.terms
    a, b, c = (terms.symbol(1, s) for s in range(3))
    assert conjunction(facts, [a, b]) == terms.zero
    assert disjunction(facts, [a, b]) == terms.negate(c)
    assert disjunction(facts, [a, b, c]) == terms.one
    assert exclusive(facts, a, terms.negate(b)) == c
    assert conjunction(facts, [terms.negate(a), terms.negate(b)]) == c


@pytest.mark.parametrize("flips", list(itertools.product((False, True), repeat=2)))
def test_common_factor(facts: Derivation, flips: tuple[bool, bool]) -> None:
    c, x, y, z, _ = letters(facts)
    sides = [conjunction(facts, [c, x]), conjunction(facts, [c, y, z])]
    left, right = (facts.terms.negate(side) if flip else side for side, flip in zip(sides, flips, strict=True))
    different = exclusive(facts, left, right)

    def expected(w: Bits) -> bool:
        return ((w[0] and w[1]) == flips[0]) != ((w[0] and w[2] and w[3]) == flips[1])

    means(facts, different, expected)
    if flips[0] == flips[1]:
        assert different == conjunction(facts, [c, exclusive(facts, x, conjunction(facts, [y, z]))])


def test_exclusive_or_of_one_term(facts: Derivation) -> None:
    x, y, *_ = letters(facts)
    terms = facts.terms
    whole = conjunction(facts, [x, y])
    assert exclusive(facts, whole, whole) == terms.zero
    assert exclusive(facts, whole, terms.negate(whole)) == terms.one
    assert exclusive(facts, whole, terms.zero) == whole
    assert exclusive(facts, whole, terms.one) == terms.negate(whole)
    assert exclusive(facts, terms.zero, terms.zero) == terms.zero
    assert exclusive(facts, terms.zero, terms.one) == terms.one


@pytest.mark.parametrize("seed", range(60))
def test_random_formulas(facts: Derivation, seed: int) -> None:
    """Formulas over the letters, built with the rules, against their truth tables."""
    rng = random.Random(seed)
    every = list(itertools.product((0, 1), repeat=5))
    known = [(x, tuple(bool(w[k]) for w in every)) for k, x in enumerate(letters(facts))]
    for _ in range(25):
        kind = rng.choice(("and", "or", "xor", "not"))
        chosen = rng.choices(known, k=2 if kind == "xor" else 1 if kind == "not" else rng.randint(2, 4))
        terms, columns = [term for term, _ in chosen], list(zip(*(column for _, column in chosen), strict=True))
        match kind:
            case "and":
                made, values = conjunction(facts, terms), [all(row) for row in columns]
            case "or":
                made, values = disjunction(facts, terms), [any(row) for row in columns]
            case "xor":
                made, values = exclusive(facts, *terms), [row[0] != row[1] for row in columns]
            case _:
                made, values = facts.terms.negate(terms[0]), [not row[0] for row in columns]
        known.append((made, tuple(values)))
        found = [evaluate_all(facts.terms, word, [made])[made] for word in every]
        assert found == [mpq(v) for v in values]
