"""Local lemmas: keys, and that equal functions are equal terms."""

from __future__ import annotations

import itertools
import random

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce import reduce
from logbits.bounds.reduce.derivation import Derivation
from logbits.bounds.reduce.functions import LIMIT, Key, blocks, is_complement
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.number.rounding import Rounding, power
from logbits.encode.term.terms import Term, Terms, evaluate, evaluate_all
from support.rules import of_common_key

Values = tuple[mpq, ...]


def functions(alphabet: int = 2, length: int = 4) -> Derivation:
    return reduce.new(alphabet, length)


def count(facts: Derivation, *positions: int) -> Term:
    return facts.terms.affine(ZERO, [(ONE, facts.terms.symbol(i, 1)) for i in positions])


def on_all_words(facts: Derivation, term: Term) -> list[tuple[tuple[int, ...], mpq]]:
    terms = facts.terms
    every = itertools.product(range(terms.alphabet), repeat=terms.length)
    return [(word, evaluate_all(terms, word, [term])[term]) for word in every]


@pytest.mark.parametrize("values", list(itertools.product(map(mpq, (-1, 0, 2)), repeat=4)))
def test_a_tabulated_function_of_a_count_has_its_values_and_its_normal_form(values: Values) -> None:
    facts = functions(2, 3)
    key = Key(terms=(count(facts, 1, 2, 3),))
    term = facts.tabulate(key, values)
    for word, value in on_all_words(facts, term):
        assert value == values[sum(word)]
    const, bases = facts.terms.split(term)
    if len(set(values)) == 1:
        assert facts.terms.value(term) == values[0]
    elif len({b - a for a, b in itertools.pairwise(values)}) == 1:
        assert all(facts.terms.ops[base] == "symbol" for _, base in bases)
    else:
        [(_, base)] = bases
        rows = facts.terms.payloads[base]
        listed = [value for _, value in rows]
        assert const == values[0]
        assert listed[0] == 0
        assert next(value for value in listed if value) > 0
        assert all(value.denominator == 1 for value in listed)
        assert [point for point, _ in rows] == facts.points(key)
        # Scaled, shifted and mirrored, it is a function of the same table.
        for factor, shift in ((mpq(3, 7), ONE), (mpq(-2), mpq(5)), (mpq(-1, 3), ZERO)):
            other = facts.tabulate(key, [factor * value + shift for value in values])
            assert other == facts.terms.affine(shift, [(factor, term)])


def test_equal_functions_are_equal_terms() -> None:
    facts = functions(2, 4)
    key = Key(terms=(count(facts, 1, 2, 3, 4),))
    square = of_common_key(facts, "mul", (key.terms[0], key.terms[0]), None)
    assert square is not None
    assert facts.tabulate(key, [mpq(k * k) for k in range(5)]) == square
    assert facts.terms.split(facts.tabulate(key, [mpq(2 * k + 1) for k in range(5)])) == (
        ONE,
        [(mpq(2), facts.terms.symbol(i, 1)) for i in (1, 2, 3, 4)],
    )


@pytest.mark.parametrize("values", list(itertools.product(map(mpq, ("0", "1", "-5/3")), repeat=3)))
def test_functions_of_the_symbol_at_a_position_are_affine(values: Values) -> None:
    facts = functions(3, 2)
    term = facts.tabulate(Key(position=2), values)
    for word, value in on_all_words(facts, term):
        assert value == values[word[1]]
    assert all(facts.terms.ops[base] == "symbol" for _, base in facts.terms.split(term)[1])


def test_primitives() -> None:
    facts = functions()
    terms, number = facts.terms, count(facts, 1, 2, 3)
    for factor in map(mpq, ("1", "-1", "2/3", "-7/5")):
        for const in map(mpq, ("0", "4", "-1/3")):
            assert facts.primitive(terms.affine(const, [(factor, number)])) == number
    mixed = terms.affine(ZERO, [(mpq(-2, 3), terms.symbol(1, 1)), (mpq(1, 2), terms.symbol(2, 1))])
    assert terms.split(facts.primitive(mixed)) == (ZERO, [(mpq(4), terms.symbol(1, 1)), (mpq(-3), terms.symbol(2, 1))])
    assert facts.primitive(terms.const(mpq(7))) == terms.zero


def is_over(facts: Derivation, key: Key | None, *args: Term) -> None:
    """The terms are functions of the key, with the values that it lists at each of its points, on every word."""
    assert key is not None
    terms = facts.terms
    columns = [dict(zip(facts.points(key), facts.values(key, arg), strict=True)) for arg in args]
    for word in itertools.product(range(terms.alphabet), repeat=terms.length):
        found = evaluate_all(terms, word, [*key.terms, *args])
        point = (mpq(word[key.position - 1]),) if key.position else tuple(found[term] for term in key.terms)
        assert [column[point] for column in columns] == [found[arg] for arg in args]


def test_common_keys_of_one_position() -> None:
    facts = functions(3, 4)
    terms = facts.terms
    here = terms.affine(ONE, [(mpq(2), terms.symbol(3, 1)), (mpq(-1), terms.symbol(3, 2))])
    assert facts.common_key((here, terms.symbol(3, 0), terms.one)) == Key(position=3)
    is_over(facts, Key(position=3), here, terms.symbol(3, 0), terms.one)
    assert facts.common_key((terms.one, terms.zero)) is None


def test_common_keys_of_counts() -> None:
    facts = functions(3, 4)
    terms, all_of, some, one = facts.terms, count(facts, 1, 2, 3, 4), count(facts, 1, 2), terms_symbol(facts)
    groups: list[tuple[Term, ...]] = [
        (all_of, terms.affine(mpq(5), [(mpq(-3), all_of)]), terms.one),
        (all_of, some),
        (some, terms.affine(ZERO, [(mpq(2), all_of), (mpq(-1), some)])),
        (some, count(facts, 3, 4)),
    ]
    assert facts.common_key(groups[0]) == Key(terms=(all_of,))
    squares = [of_common_key(facts, "mul", (x, x), None) for x in (all_of, some)]
    for square in squares:
        assert square is not None
        groups += [
            (square,),
            (square, all_of),
            (square, some),
            (square, terms.affine(ONE, [(ONE, square), (ONE, some)])),
        ]
    groups.append(tuple(square for square in squares if square is not None))
    for group in groups:
        key = facts.common_key(group)
        if key is not None:
            is_over(facts, key, *group)
    assert facts.common_key((all_of, some, one)) is None


def terms_symbol(facts: Derivation) -> Term:
    """A symbol that the counts of ones do not read."""
    return facts.terms.affine(ZERO, [(mpq(3), facts.terms.symbol(1, 1)), (mpq(7), facts.terms.symbol(3, 2))])


@pytest.mark.parametrize("seed", range(40))
def test_random_functions_of_counts(seed: int) -> None:
    """Tables over counts that overlap: whatever is applied to them has the right value on every word."""
    rng = random.Random(seed)
    facts = functions(rng.choice((2, 3)), 5)
    terms = facts.terms
    found = [
        terms.affine(
            ZERO, [(ONE, terms.symbol(i, rng.randrange(1, terms.alphabet))) for i in range(1, rng.randint(2, 6))]
        )
        for _ in range(3)
    ]
    for _ in range(8):
        args = rng.choices(found, k=2)
        op, payload = rng.choice((("mul", None), ("max", None), ("round", Rounding(power(0), -3, 3, "floor", "wrap"))))
        if op == "round":
            args = [terms.affine(mpq(1, 3), [(mpq(2, 3), args[0]), (mpq(-1, 2), args[1])])]
        key = facts.common_key(args)
        if key is not None:
            is_over(facts, key, *args)
        made = of_common_key(facts, op, args, payload)
        if made is not None:
            for word in itertools.product(range(terms.alphabet), repeat=terms.length):
                values = evaluate_all(terms, word, [made, *args])
                assert values[made] == evaluate(op, payload, [values[arg] for arg in args])
            if len(terms.split(made)[1]) < 6:
                found.append(made)


def test_values_of_functions_of_a_key() -> None:
    facts = functions(2, 4)
    terms, number = facts.terms, count(facts, 1, 2, 3, 4)
    key = Key(terms=(number,))
    square = facts.tabulate(key, [mpq(k * k) for k in range(5)])
    mixed = terms.affine(mpq(7), [(mpq(2), square), (mpq(-1, 2), number)])
    assert facts.values(key, mixed) == [mpq(7) + 2 * k * k - mpq(k, 2) for k in range(5)]
    assert facts.values(key, terms.one) == [ONE] * 5
    assert facts.values(Key(position=2), terms.affine(ONE, [(mpq(3), terms.symbol(2, 1))])) == [ONE, mpq(4)]


def test_a_key_may_have_too_many_points() -> None:
    facts = functions(2, 13)
    wide = facts.terms.affine(ZERO, [(mpq(2) ** i, facts.terms.symbol(i + 1, 1)) for i in range(13)])
    assert facts.points(Key(terms=(wide,))) == []
    assert LIMIT < 2**13
    assert facts.common_key((wide,)) is None
    assert of_common_key(facts, "max", (wide, facts.terms.const(mpq(5))), None) is None


def test_pairs_are_the_sums_that_a_count_can_have() -> None:
    facts = functions(2, 4)
    total, number = count(facts, 1, 2, 3), facts.terms.affine(ONE, [(ONE, facts.terms.symbol(4, 1))])
    key = facts.pair(total, number, ZERO, ONE)
    assert key == Key(terms=(total, number))
    assert facts.points(Key(terms=(total, number))) == [
        (mpq(s), mpq(k)) for s in range(4) for k in (1, 2) if 0 <= s <= k
    ]


def test_complements() -> None:
    facts = functions()
    terms, x = facts.terms, facts.terms.symbol(1, 1)
    assert is_complement(terms, terms.negate(x)) == x
    for other in (x, terms.one, terms.affine(ONE, [(ONE, x)]), terms.affine(mpq(2), [(-ONE, x)])):
        assert is_complement(terms, other) is None
    assert is_complement(terms, terms.affine(ONE, [(-ONE, x), (-ONE, terms.symbol(2, 1))])) is None


def test_a_function_of_the_difference_of_two_counts_is_a_function_of_one() -> None:
    facts = functions(2, 5)
    inner, between = count(facts, 1, 2), count(facts, 3, 4, 5)
    key = facts.count_key((inner, between))
    assert key is not None
    assert len(key.terms) == 2
    square = facts.tabulate(key, [(second - first) ** 2 for first, second in facts.points(key)])
    single = Key(terms=(between,))
    assert square == facts.tabulate(single, [value**2 for (value,) in facts.points(single)])


def test_blocks_are_the_symbols_that_only_count_together() -> None:
    terms = Terms(2, 5)
    s = [terms.symbol(i, 1) for i in range(1, 6)]

    def count(*bits: Term, weight: int = 1, const: int = 0) -> Term:
        return terms.affine(mpq(const), [(mpq(weight), bit) for bit in bits])

    def table(*keys: Term) -> Term:
        return terms.add("table", keys, (((ZERO,) * len(keys), mpq(7)),))

    first, both = count(*s[:2]), count(*s[:4])
    assert blocks(terms, [table(first)]) == [s[:2]]
    assert blocks(terms, [table(first), table(both)]) == [s[:2], s[2:4]]
    assert blocks(terms, [table(first, both)]) == [s[:2], s[2:4]]
    assert blocks(terms, [terms.affine(ONE, [(mpq(2), s[0]), (mpq(3), s[1]), (mpq(2), s[2])])]) == [s[:3:2], s[1:2]]
    assert blocks(terms, [terms.affine(ZERO, [(ONE, table(first)), (mpq(2), s[1])])]) == [s[:1], s[1:2]]
    assert blocks(terms, [terms.affine(ZERO, [(ONE, table(first)), (mpq(2), s[1]), (ONE, s[2])])]) is None  # three
    assert blocks(terms, [table(count(*s[:2], weight=2))]) is None
    assert blocks(terms, [table(count(*s[:2], const=1))]) is None
    assert blocks(terms, [table(terms.add("max", (first, s[4])))]) is None
    assert blocks(terms, [terms.add("max", (first, s[4]))]) is None
    assert blocks(terms, [terms.one]) == []


@pytest.mark.parametrize("base", [0, 3, -2])
def test_an_affine_function_of_two_counts_is_no_table(base: int) -> None:
    facts = functions(2, 5)
    terms = facts.terms
    a, b = count(facts, 1, 2), count(facts, 3, 4, 5)
    expected = terms.affine(mpq(base), [(mpq(2), a), (mpq(-1, 3), b)])
    key = facts.count_key((expected,))
    assert key is not None
    assert len(key.terms) == 2
    values = [base + 2 * first - (both - first) / 3 for first, both in facts.points(key)]
    assert facts.tabulate(key, values) == expected
    values[-1] += 1
    other = facts.tabulate(key, values)
    assert {terms.ops[base] for _, base in terms.split(other)[1]} == {"table"}
    assert [v for _, v in on_all_words(facts, other)][-1] == base + 4 - 1 + 1
