"""A derivation is read line by line, and each line is accepted by what was accepted before it, or refused.

The form is that of `docs/proofs.md`. What a line says is looked up in the statements of rules
(`logbits.verify.checker.steps`), which were written from what the rules say, not from their code: nothing of `bounds/`
is imported here. Terms, facts and steps go into this checker's own list, so that a term in the end *is* the one that
was derived, and clauses can be made of it. A rule, a fact, an operation that has no statement here is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from gmpy2 import mpq

from ...encode.number.mean import EXACT_MEAN, MAX_BITS, Division, Reciprocal, Weights
from ...encode.number.rational import ONE, rational
from ...encode.number.rounding import Rounding
from ...encode.term.terms import Payload, Term, Terms, reachable
from .covers import points_of, require_bounded
from .known import Known, in_order
from .refused import Refused
from .step import Step
from .steps import require

VERSION = "logbits/derivation/1"
VERSIONS = (VERSION, f"{VERSION}/merged")
"""How a derivation begins; those of either kind go on from those of the same kind."""
ARITY = {"mul": 2, "compare": 1, "round": 1, "mean": 2, "xor": 2, "ge": 2, "steps": 1}
TERMS = ("mul", "max", "compare", "and", "round", "mean", "table", "xor", "steps", "attend", "maximal")
_WEIGHTS = re.compile(r"(?:weights\((\d{1,9})\))?(?:denominator\((\d{1,9})\))?", re.ASCII)
_RECIPROCAL = re.compile(r"reciprocal\((\d{1,4})(?:,([a-z-]{1,20}))?\)")


class Checker:
    """What has been accepted about the operations of a list of terms, `source`, of the words of its length.

    `tick` is called for each line, and raises when time is up.
    """

    def __init__(self, source: Terms, tick: Callable[[], None] = lambda: None, version: str = VERSION) -> None:
        self.source, self.tick, self._version = source, tick, version
        self.known = Known(source.alphabet, source.length)
        self.terms, self.facts = self.known.terms, self.known.facts
        self.lines = 0
        self._last = 0
        self._ids: list[Term] = list(range(2 + source.length * (source.alphabet - 1)))
        self._formats: list[Rounding] = []
        self._images: dict[Term, Term] = {}

    def read(self, lines: Iterable[str], length: int) -> tuple[Term, ...]:
        """Accepts the derivation of a length, which goes on from those that were read before.

        What is returned are the terms that its last line names.

        Raises:
            Refused: for the first line that does not follow, or is not understood.
        """
        number, ended = 0, None
        for number, line in enumerate(lines, 1):
            self.tick()
            self.lines += 1
            try:
                if ended is not None:
                    raise Refused("goes on after its end")
                ended = self._line(line.removesuffix("\n"), number == 1, length)
            except Refused as refused:
                raise Refused(f"line {number}: {refused}") from None
            except RecursionError:
                raise Refused(f"line {number}: nested too deep") from None
            except (ValueError, TypeError, LookupError, ArithmeticError, AssertionError, AttributeError) as error:
                raise Refused(f"line {number}: is no line of a derivation ({type(error).__name__})") from error
        if ended is None:
            raise Refused(f"line {number}: ends too early")
        self._last = length
        return ended

    def _line(self, line: str, first: bool, length: int) -> tuple[Term, ...] | None:
        if first:
            here = f"{self._version} {self.terms.alphabet} {self.terms.length} {length} {self._last}"
            if line != here:
                raise Refused(f"is not {here}")
            return None
        kind, _, rest = line.partition(" ")
        match kind:
            case "c":
                self._ids.append(self.terms.const(rational(rest)))
            case "a":
                const, *parts = rest.split(" ")
                self._ids.append(self.terms.affine(rational(const), map(self._part, parts)))
            case "t":
                self._ids.append(self._term(*_fields(rest, 3)))
            case "f":
                self._formats.append(_format(rest))
            case "k":
                self._cover(*_fields(rest, 3))
            case "b":
                self._bounded(*_fields(rest, 4))
            case "=":
                self._step(*_fields(rest, 7))
            case "end":
                return self._list(rest)
            case _:
                raise Refused("is of no known kind")
        return None

    def _part(self, text: str) -> tuple[mpq, Term]:
        weight, star, term = text.rpartition("*")
        return rational(weight) if star else ONE, self._id(term)

    def _id(self, text: str) -> Term:
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise Refused("names a term by no number")
        if int(text) >= len(self._ids):
            raise Refused("names a term that no line before it makes")
        return self._ids[int(text)]

    def _list(self, text: str) -> tuple[Term, ...]:
        return tuple(map(self._id, text.split(" "))) if text else ()

    def _term(self, said: str, names: str, numbers: str) -> Term:
        op, *words = said.split(" ")
        args = self._list(names)
        if op not in TERMS or not args or len(args) != ARITY.get(op, len(args)):
            raise Refused(f"{op[:40]} of {len(args)} terms is no derived term")
        if op == "attend" and len(args) % 2:
            raise Refused("a head has as many values as scores")
        if op == "maximal" and int(words[0]) not in range(len(args)):
            raise Refused("the index of no score")
        if op == "table" and not words:
            values = map(rational, numbers.split(" "))
            return self.terms.add(op, args, tuple(zip(self.known.points(args), values, strict=True)))
        in_terms = tuple(sorted(args)) if op == "mul" else in_order(op, args)
        made = self.terms.add(op, in_terms, self._payload(op, words))
        self.facts.interval(made)
        return made

    def _payload(self, op: str, words: Sequence[str]) -> Payload:
        match op, *words:
            case "compare", (">" | ">=" | "=") as relation:
                return relation
            case "maximal", index:
                return int(index)
            case "round", number:
                return self._formats[int(number)]
            case "mean", rule, low, high:
                return self._division(rule), rational(low), rational(high)
            case "attend", ("saturated" | "hard" | "rightmost") as ties, rule:
                return ties, self._division(rule)
            case "steps", base, *jumps:
                return rational(base), tuple(_pair(jump) for jump in jumps)
            case "table", *rows:
                return tuple(((point,), value) for point, value in map(_pair, rows))
            case (("and" | "xor" | "max" | "mul" | "ge" | "row"), *none) if not none:
                return None
            case _:
                raise Refused(f"{op} is no known operation")

    def _division(self, text: str) -> Division:
        if text == str(EXACT_MEAN):
            return EXACT_MEAN
        if (found := _RECIPROCAL.fullmatch(text)) is not None:
            return Reciprocal(int(found[1]), found[2] or "toward-zero")  # pyright: ignore[reportArgumentType]
        found = _WEIGHTS.fullmatch(text)
        if found is None or not text:
            raise Refused("is no mean rule")
        weights, denominator = (None if number is None else self._formats[int(number)] for number in found.groups())
        return Weights(weights, denominator)

    def _cover(self, kind: str, names: str, more: str) -> None:
        key = self._list(names)
        if key in self.known.covers:
            raise Refused("covers a key again")
        numbers = tuple(map(rational, more.split(" "))) if more and kind != "one of" else ()
        points = points_of(self.known, kind, key, self._list(more) if kind == "one of" else (), numbers)
        self.known.covers[key] = points

    def _bounded(self, kind: str, names: str, ends: str, parts: str) -> None:
        total, count = self._list(names)
        low, high = map(rational, ends.split(" "))
        require_bounded(self.known, kind, total, count, (low, high), self._list(parts))
        self.facts.promised.add((total, count, low, high))

    def _step(self, rule: str, op: str, args: str, right: str, key: str, several: str, numbers: str) -> None:
        name, *words = op.split(" ")
        payload, over = self._payload(name, words), key if key.startswith("@") else self._list(key)
        results = self._list(right)
        if name != "row" and len(results) != 1:
            raise Refused("an operation has one value")
        expr = name, in_order(name, self._list(args)), payload
        if not expr[1] or len(expr[1]) != (1 if name == "table" else ARITY.get(name, len(expr[1]))):
            raise Refused(f"{name} of {len(expr[1])} terms")
        told = numbers.split(" ") if numbers else []
        require(self.known, Step(rule, *expr, results, over, self._list(several), told))
        self.known.accept(expr, results if name == "row" else results[0])

    def image(self, root: Term) -> Term:
        """The term of this checker's list that a term of the source equals on every word.

        Raises:
            Refused: where steps are missing.
        """
        source, images = self.source, self._images
        for term in reachable(source, [root], images):
            op, payload = source.ops[term], source.payloads[term]
            args = [images[arg] for arg in source.args[term]]
            if op == "symbol":
                images[term] = self.terms.symbol(*payload)
            else:
                images[term] = self.known.same(op, args, payload)
        return images[root]


def _fields(text: str, most: int) -> list[str]:
    found = text.split("|")
    if len(found) > most:
        raise Refused("has too many fields")
    return found + [""] * (most - len(found))


def _pair(text: str) -> tuple[mpq, mpq]:
    left, right = text.split(":")
    return rational(left), rational(right)


def _format(text: str) -> Rounding:
    unit, low, high, precision, mode, overflow = text.split(" ")
    ends = [None if word == "none" else int(word) for word in (low, high, precision)]
    made = Rounding(rational(unit), ends[0], ends[1], mode, overflow, ends[2])  # pyright: ignore[reportArgumentType]
    bounds = (made.low is None) == (made.high is None) and (made.low is None or made.low <= 0 <= (made.high or 0))
    if made.unit <= 0 or not bounds or (made.precision is not None and not 1 <= made.precision <= MAX_BITS):
        raise Refused("is no format")
    return made
