"""Derivations as text, what the checker accepts of them, and whether that is so on every word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gmpy2 import mpq
from logbits.bounds.reduce.ledger import Ledger
from logbits.bounds.reduce.reduce import Reduced
from logbits.encode.term.ranges import check
from logbits.encode.term.terms import Payload, Term, Terms, evaluate, evaluate_all
from logbits.verify.checker.checker import Checker
from logbits.verify.checker.known import Known
from logbits.verify.checker.refused import Refused
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
