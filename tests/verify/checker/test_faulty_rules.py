"""Rules that are wrong: their derivations are refused, so that no question that they decide counts as derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from gmpy2 import mpq
from logbits.bounds.reduce import attention, comparisons, reduce
from logbits.bounds.reduce.derivation import Derivation, Offer, Rule
from logbits.bounds.reduce.functions import Functions, Key
from logbits.encode.number.rounding import Rounding
from logbits.encode.term.ranges import Ranges
from logbits.encode.term.terms import Payload, Term
from logbits.verify.checker.refused import Refused
from logbits.verify.decide.derivations import Derivations
from logbits.verify.question.question import Question
from logbits.verify.question.simulation import EncodingError
from support.derived import Source, claim_of, differ, sources
from support.marks import slow_after

Point = tuple[mpq, ...]


ENOUGH = 2
"""How many refusals of one fault are looked at."""


@pytest.fixture(scope="module")
def several() -> list[Source]:
    return sources(100)


def refusals(several: list[Source]) -> int:
    """How many wrong derivations there are with the fault that was planted; each must be refused."""
    number = 0
    for source in several:
        try:
            reduced = source.reduced()
            text = source.text(reduced)
        except (ValueError, LookupError, ArithmeticError, AssertionError):
            continue  # another rule does not understand what the faulty one said
        if differ(source, reduced.terms, {root: reduced.of[root] for root in source.roots}):
            number += 1
            with pytest.raises(Refused):
                source.check(text.splitlines())
            if number == ENOUGH:
                break
    return number


def test_without_a_fault_all_is_accepted(several: list[Source]) -> None:
    for source in several:
        reduced = source.reduced()
        checker = source.check(source.text(reduced).splitlines())
        assert not differ(source, checker.terms, {root: checker.image(root) for root in source.roots}), source.name


def planted(on: str, name: str, change: Callable[[Derivation, Offer], Offer]) -> tuple[Rule, ...]:
    """All rules, with other offers of those of one name for one operation."""

    def faulty(rule: Rule) -> Rule:
        def offer(d: Derivation, args: tuple[Term, ...], payload: Payload) -> Offer | None:
            found = rule.offer(d, args, payload)
            return None if found is None else change(d, found)

        return replace(rule, offer=offer)

    return tuple(faulty(rule) if (rule.on, rule.name) == (on, name) else rule for rule in reduce.RULES)


def contrary(d: Derivation, offer: Offer) -> Offer:
    """1 - x in place of x."""
    right = offer.right
    other = tuple(map(d.terms.negate, right)) if isinstance(right, tuple) else d.terms.negate(right)
    return replace(offer, right=other)


def more(d: Derivation, offer: Offer) -> Offer:
    """All scores maximal; 1 in place of a truth value; a little more in place of a number."""
    right, terms = offer.right, d.terms
    if isinstance(right, tuple):
        return replace(offer, right=(terms.one,) * len(right))
    truth = d.ranges.is_truth(right)
    return replace(offer, right=terms.one if truth else terms.affine(mpq(1, 1024), [(mpq(1), right)]))


NAMES = sorted({(rule.on, rule.name) for rule in reduce.RULES})


@pytest.mark.parametrize("change", slow_after(1, [contrary, more]))
@pytest.mark.parametrize(("on", "name"), NAMES)
def test_what_a_rule_makes_up_is_refused(
    on: str,
    name: str,
    change: Callable[[Derivation, Offer], Offer],
    several: list[Source],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reduce, "RULES", planted(on, name, change))
    assert refusals(several) or (on, name, change) == ("row", "alike", more)  # where it is what the rule says


# -- faults that somebody might make


def nearly_not_less(self: Functions, left: Term, right: Term) -> tuple[Key, Term] | None:
    """[left >= right - 1/180] for [left >= right]."""
    return ORDER(self, self.terms.affine(mpq(1, 180), [(mpq(1), left)]), right)


def nearly_as_first(left: Payload, right: Payload, a: mpq, b: mpq, const: mpq) -> bool:
    """Where the sums are equal the first side may be less, by 1/180."""
    rows: dict[mpq, list[tuple[mpq, mpq, mpq]]] = {}
    for ((total, count), value), (_, other) in zip(left, right, strict=True):
        rows.setdefault(count, []).append((total, a * value + const, -b * other))
    return not any(
        any(x - y < mpq(-1, 180) for _, x, y in several)
        or any(x > above or y > beyond or x >= beyond for (_, x, y), (_, above, beyond) in pairwise(sorted(several)))
        for several in rows.values()
    )


def first_points(self: Functions, key: Key) -> list[Point]:
    """All points of a key but the last."""
    found = POINTS(self, key)
    return found[:-1] if len(found) > 2 else found


def narrow(self: Ranges, term: Term) -> tuple[mpq, mpq]:
    """Intervals of sums without their upper half."""
    low, high = INTERVAL(self, term)
    return (low, (low + high) / 2) if self.terms.ops[term] == "affine" else (low, high)


ORDER, POINTS, INTERVAL = Functions.order, Functions.points, Ranges.interval
FAULTS: dict[str, tuple[object, str, object]] = {
    "points are missing": (Functions, "points", first_points),
    "intervals are too narrow": (Ranges, "interval", narrow),
    "every number is in the format": (Rounding, "fixes", lambda *_: True),
    "the grid is enough": (
        Rounding,
        "fixes",
        lambda self, step, low, high: (step / self.unit).denominator == 1 and self.precision is None,
    ),
    "gaps are twice as wide": (
        comparisons,
        "_gaps",
        lambda d, part, low, high: tuple(2 * gap for gap in GAPS(d, part, low, high)),
    ),
    "all scores but two are left out": (attention, "contenders", lambda d, scores: (0, [0, 1][: len(scores)])),
    "the first is the last": (attention, "_first", lambda d, truths: FIRST(d, truths[::-1])[::-1]),
}
GAPS, FIRST = comparisons._gaps, attention._first  # pyright: ignore[reportPrivateUsage]


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_refused(name: str, several: list[Source], monkeypatch: pytest.MonkeyPatch) -> None:
    where, what, fault = FAULTS[name]
    monkeypatch.setattr(where, what, fault)
    assert refusals(several)


def test_what_a_fault_decides_is_no_derivation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """1/13 and 1/14, which eight bits do not tell apart: of length 14 a word breaks the claim."""
    claim = claim_of("prefix-argmax", "fixed(8)", 14)
    assert not Question(claim, 14).decided()
    monkeypatch.setattr(Functions, "order", nearly_not_less)
    assert Question(claim, 14).decided()  # so it would be VERIFIED
    with pytest.raises(EncodingError, match=r"derivation of length 14 is not accepted: line \d+: ge does not"):
        Derivations(claim, tmp_path).question(14)
    assert not list(tmp_path.iterdir())
