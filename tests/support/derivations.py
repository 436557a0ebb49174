"""Derivations as text, what the checker accepts of them, and whether that is so on every word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gmpy2 import mpq
from logbits.bounds.reduce.ledger import Ledger
from logbits.bounds.reduce.reduce import Reduced
from logbits.encode.number.rational import ONE, ZERO
from logbits.encode.term.ranges import check
from logbits.encode.term.terms import Payload, Term, Terms, evaluate, evaluate_all
from logbits.verify.checker.checker import Checker
from logbits.verify.checker.known import SORTED, Known, in_order
from logbits.verify.checker.refused import Refused
from logbits.verify.checker.step import Step
from logbits.verify.checker.steps import require
from support.random_terms import words

Values = dict[Term, mpq]


def written(source: Terms, roots: Sequence[Term]) -> list[str]:
    """The derivation of some terms, line by line."""
    reduced = Reduced(source.alphabet, source.length)
    reduced.add(source, roots)
    return Ledger(reduced, source).write(source.length, roots).splitlines()


def accepted(source: Terms, lines: Iterable[str]) -> Checker | None:
    """The checker that accepted a derivation of one length, None where it refused."""
    checker = Checker(source)
    try:
        checker.read(lines, source.length)
    except Refused:
        return None
    return checker


def meaning(op: str, payload: Payload, numbers: Sequence[mpq]) -> tuple[mpq, ...]:
    """What an operation is on some numbers: one number, or one for each score of a row."""
    match op:
        case "ge":
            return (mpq(numbers[0] >= numbers[1]),)
        case "row":
            return tuple(mpq(number == max(numbers)) for number in numbers)
        case _:
            return (evaluate(op, payload, numbers),)


def all_values(terms: Terms) -> list[Values]:
    """The value of each term on each word."""
    return [evaluate_all(terms, word, range(len(terms))) for word in words(terms)]


def lies(known: Known) -> list[str]:
    """What was accepted and is not so on some word; nothing should be."""
    found: list[str] = []
    for values in all_values(known.terms):
        of = values.__getitem__
        for (op, args, payload), right in known.equal.items():
            several = right if isinstance(right, tuple) else (right,)
            if meaning(op, payload, list(map(of, args))) != tuple(map(of, several)):
                found.append(f"{op} of {args} is not {right}")
        if check(known.terms, known.facts, values) is not None:
            found.append(f"facts about {check(known.terms, known.facts, values)}")
        found += [f"points of {key}" for key, points in known.covers.items() if tuple(map(of, key)) not in points]
        found += [f"{s} unique" for s in known.unique if sum(meaning("row", None, list(map(of, s)))) != 1]
        found += [f"{t} is of {several}" for t, several in known.among.items() if of(t) not in map(of, several)]
        for total, count, low, high in known.facts.promised:
            if not low * of(count) <= of(total) <= high * of(count):
                found.append(f"the mean of {total} and {count}")
    return found


class Told(Known):
    """Whatever a check looks up is there: an operation equals itself, as a term, so that nothing wrong is known."""

    def same(self, op: str, args: Sequence[Term], payload: Payload = None) -> Term:
        """As it is, or the definition."""
        several, ops = in_order(op, args), self.terms.ops
        folded = op == "affine" or all(ops[arg] == "const" for arg in several) or (op in SORTED and len(several) == 1)
        if (not folded or op == "ge") and (op, several, payload) not in self.equal:
            self.equal[op, several, payload] = self.defined(op, several, payload)
        return super().same(op, args, payload)

    def row(self, scores: Sequence[Term]) -> tuple[Term, ...]:
        """As it is, or the definition: none is greater."""
        if ("row", tuple(scores), None) not in self.equal:
            several = [self.terms.add("and", [self.defined("ge", (a, b)) for b in scores]) for a in scores]
            self.accept(("row", tuple(scores), None), tuple(several))
        return super().row(scores)

    def defined(self, op: str, args: tuple[Term, ...], payload: Payload = None) -> Term:
        """The operation as a term of one that has facts."""
        match op:
            case "ge":
                return self.terms.add("compare", (self.affine(ZERO, (ONE, args[0]), (-ONE, args[1])),), ">=")
            case "xor":
                gap = self.affine(ZERO, (ONE, args[0]), (-ONE, args[1]))
                return self.terms.negate(self.terms.add("compare", (gap,), "="))
            case "mean":
                (total, count), (_, low, high) = args, payload
                if any(not low * of[count] <= of[total] <= high * of[count] for of in all_values(self.terms)):
                    raise Refused("a mean outside its interval")
                self.facts.promised.add((total, count, low, high))
                return self.terms.add(op, args, payload)
            case _:
                return self.terms.add(op, args, payload)

    def count(self, symbol: int = 1) -> Term:
        """How often a symbol occurs."""
        return self.affine(
            ZERO, *((ONE, self.terms.symbol(place, symbol)) for place in range(1, self.terms.length + 1))
        )

    def cover(self, *key: Term) -> tuple[Term, ...]:
        """The key, with the points that it has on some word."""
        self.covers[key] = sorted({tuple(map(values.__getitem__, key)) for values in all_values(self.terms)})
        return key

    def table(self, key: tuple[Term, ...], *column: int | str | mpq) -> Term:
        """A table over a key that is covered."""
        return self.terms.add("table", key, tuple(zip(self.points(key), map(mpq, column), strict=True)))


def says(
    c: Known,
    rule: str,
    op: str,
    args: Sequence[Term],
    right: Term | Sequence[Term],
    *,
    payload: Payload = None,
    key: str | tuple[Term, ...] = (),
    terms: Sequence[Term] = (),
    numbers: str = "",
) -> bool:
    """Whether the check accepts a step; that it does not accept what is not so is asserted."""
    several = (right,) if isinstance(right, int) else tuple(right)
    told = numbers.split(" ") if numbers else []
    try:
        require(c, Step(rule, op, tuple(args), payload, several, key, tuple(terms), told))
    except (Refused, ValueError, LookupError, ArithmeticError, TypeError):
        return False
    for values in all_values(c.terms):
        of = values.__getitem__
        assert meaning(op, payload, list(map(of, args))) == tuple(map(of, several)), (rule, values)
    return True


def is_so(c: Known, op: str, args: Sequence[Term], right: Term | Sequence[Term], payload: Payload = None) -> bool:
    """Whether an operation equals the right side on every word."""
    several = (right,) if isinstance(right, int) else tuple(right)
    return all(
        meaning(op, payload, [values[arg] for arg in args]) == tuple(values[each] for each in several)
        for values in all_values(c.terms)
    )
