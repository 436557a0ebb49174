"""The pass before the other: terms are rebuilt, and only what is stored as it is loses its rounding.

Where an arithmetic is wide enough both runs of a claim are the same operations on the same terms, head by head, and
nothing has to be known of these operations to see that what is compared is equal. So heads stay heads here, and cost
what their arguments cost, where the reduction of `logbits.bounds.reduce.reduce` spends a row of comparisons on each.

It gives up at the first rounding that may change a value: then it is the other pass that decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial, reduce

from gmpy2 import mpq

from ...encode.number.mean import Division
from ...encode.number.rational import ZERO, common_step, floor
from ...encode.program.program import Attend, Program
from ...encode.term.terms import Payload, Term, Terms
from . import logic
from .derivation import Derivation, NoRuleError, Offer, Rule, itself
from .numbers import fixed
from .reduce import Reduced


def product(d: Derivation, args: tuple[Term, ...], payload: Payload) -> Offer:
    """A product stays one.

    match    x · y
    result   x · y, as a term
    because  they are one operation, in either order
    source   arithmetic
    """
    return itself(d, "mul", sorted(args), payload)


def kept(op: str, d: Derivation, args: tuple[Term, ...], payload: Payload) -> Offer:
    """An operation stays what it is.

    match    op(x, ..)
    result   op(x, ..), as a term
    because  they are one operation
    source   none is needed
    """
    return itself(d, op, args, payload)


Head = tuple[str, Division]


def apart(d: Derivation, args: tuple[Term, ...], payload: Head) -> Offer | None:
    """Where no two scores are ever equal there is one maximum, and nothing to be averaged.

    match    attend(values, scores), each score a number c plus a multiple of g, all c different modulo g
    result   attend(values, scores), the first maximal position alone
    because  two scores differ by the difference of their c, modulo g; the mean of one value is this value
    source   this project
    """
    return _alone(d, args, payload, partial(_known, d.unique, _differ))


def pointed(d: Derivation, args: tuple[Term, ...], payload: Head) -> Offer | None:
    """Where one number, a pointer, decides which score is greatest, its values are looked at.

    match    attend(values, scores), each score c + a·P, P of few values, one score the greatest at each of these
    result   attend(values, scores), the first maximal position alone
    because  P has one of these values; the mean of one value is this value
    source   this project
    """
    return _alone(d, args, payload, partial(_known, d.pointed, _points))


def _alone(
    d: Derivation, args: tuple[Term, ...], payload: Head, one: Callable[[Derivation, tuple[Term, ...]], bool]
) -> Offer | None:
    """The head that needs one position alone, if one score is the greatest on every word."""
    (ties, rule), scores = payload, args[len(args) // 2 :]
    if ties == "hard" or rule.weight(1) != 1 or not one(d, scores):
        return None
    return itself(d, "attend", args, ("hard", rule))


def _known(
    known: set[tuple[Term, ...]],
    seen: Callable[[Derivation, tuple[Term, ...]], bool],
    d: Derivation,
    scores: tuple[Term, ...],
) -> bool:
    """Heads of one score ask once."""
    if scores not in known and seen(d, scores):
        known.add(scores)
    return scores in known


def _differ(d: Derivation, scores: tuple[Term, ...]) -> bool:
    numbers, unit = list[mpq](), ZERO
    for score in scores:
        const, bases = d.terms.split(score)
        numbers.append(const)
        for weight, base in bases:
            unit = common_step(unit, weight * d.ranges.step(base))
    return unit != 0 and len({number / unit - floor(number / unit) for number in numbers}) == len(scores)


def _points(d: Derivation, scores: tuple[Term, ...]) -> bool:
    parts = [d.terms.split(score) for score in scores]
    pointers = {base for _, bases in parts for _, base in bases}
    values = d.ranges.domain(min(pointers), VALUES) if len(pointers) == 1 else None
    if values is None:
        return False
    sums = [(const, sum((weight for weight, _ in bases), ZERO)) for const, bases in parts]
    weight, value = (reduce(common_step, several, ZERO) for several in ((a for _, a in sums), values))
    unit = reduce(common_step, (c for c, _ in sums), weight * value)
    if unit == 0 or value == 0:
        return False
    lines = [(int(c / unit), int(a * value / unit)) for c, a in sums]
    return all(_one_greatest([c + a * k for c, a in lines]) for k in (int(each / value) for each in values))


def _one_greatest(numbers: list[int]) -> bool:
    return numbers.count(max(numbers)) == 1


VALUES = 4096
"""The greatest number of values of a pointer."""

KEPT = ("and", "xor", "max", "compare", "table", "steps", "attend", "maximal")
"""The operations that stay as they are, besides products."""

RULES = (
    Rule("flat", "and", (), logic.flat),
    Rule("same", "xor", (), logic.same),
    Rule("fixed", "round", ("interval", "step"), fixed),
    Rule("itself", "mul", (), product),
    Rule("apart", "attend", ("step",), apart),
    Rule("pointed", "attend", ("domain",), pointed),
    *(Rule("itself", op, (), partial(kept, op)) for op in KEPT),
)
"""All rules of this pass: there is none for a rounding that may change a value, nor for a sum that is stored."""


class Merged(Reduced):
    """Terms in which only roundings were left out; `given_up` once one of them could not be."""

    def __init__(self, alphabet: int, length: int) -> None:
        super().__init__(alphabet, length, RULES)
        self.given_up = False

    def add(self, source: Terms, roots: Iterable[Term]) -> list[Term]:
        """The new terms for `roots`.

        Raises:
            NoRuleError: where a rounding may change a value; from then on nothing can be added.
        """
        if self.given_up:
            raise NoRuleError("round")
        try:
            return super().add(source, roots)
        except NoRuleError:
            self.given_up = True
            raise


def mergeable(programs: Iterable[Program]) -> bool:
    """Whether there is a rule for all that runs of these programs are made of, but for roundings."""
    return all(not isinstance(op, Attend) or op.total is None for program in programs for op in program.ops)
