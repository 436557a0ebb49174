"""Arithmetic on words of bits, written once over an abstract bit.

A word is a list of bits, the lowest first. What a bit is, a `Logic` says: a Python bool, and then these functions
compute, which tests compare with integers on every input of small widths; or a literal of an and-inverter graph
(`logbits.encode.circuit.aig`), and then the same lines build circuits. There is no second description that could
differ.

All numbers are two's complement and results are taken modulo 2**width, as in `logbits.encode.circuit.circuit`. Three
choices:

- Operands arrive extended to a common width. Repeated top bits are recognised (`_significant`) and the work is done at
  the width that is left: no rule on bits finds that later.
- A product, by a constant or not, is a weighted sum of bits: a bit of negative weight is its negation and a constant
  (-x = ¬x - 1), the weights of equal bits are added up, each weight is written in signed digits, and full adders
  reduce one column after the other. That is Baugh and Wooley's multiplier without its cases.
- A division by a constant is long division, one subtraction of the divisor for each bit: exact by construction, as
  small as the divisor is. Multiplication by a reciprocal has w²/3 full adders whatever the divisor, and needs a proof.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from typing import Protocol, TypeVar

B = TypeVar("B", bound=Hashable)


class Logic(Protocol[B]):
    """What bits are: two constants, negation and conjunction; all else follows from these, and may be overridden.

    Equal bits must stand for equal values: words with repeated bits are shortened.
    """

    true: B
    false: B

    def negate(self, a: B) -> B:
        """Not a."""
        ...

    def both(self, a: B, b: B) -> B:
        """Whether a and b hold."""
        ...

    def either(self, a: B, b: B) -> B:
        """Whether a or b holds."""
        return self.negate(self.both(self.negate(a), self.negate(b)))

    def differ(self, a: B, b: B) -> B:
        """Whether one of a and b holds, and the other does not."""
        return self.both(self.negate(self.both(a, b)), self.either(a, b))

    def choose(self, condition: B, then: B, otherwise: B) -> B:
        """`then` where the condition holds, else `otherwise`."""
        return self.either(self.both(condition, then), self.both(self.negate(condition), otherwise))

    def majority(self, a: B, b: B, c: B) -> B:
        """Whether at least two of the three hold."""
        return self.either(self.both(a, b), self.both(c, self.either(a, b)))

    def conjunction(self, bits: Sequence[B]) -> B:
        """Whether all hold, as a balanced tree."""
        while len(bits) > 1:
            pairs = [self.both(bits[k], bits[k + 1]) for k in range(0, len(bits) - 1, 2)]
            bits = [*pairs, bits[-1]] if len(bits) % 2 else pairs
        return bits[0] if bits else self.true


# -- words without arithmetic


def constant(logic: Logic[B], value: int, width: int) -> list[B]:
    """The number `value` modulo 2**width."""
    return [logic.true if value >> place & 1 else logic.false for place in range(width)]


def sign_extended(a: Sequence[B], width: int) -> list[B]:
    """The same two's complement number in more bits."""
    return [*a, *[a[-1]] * (width - len(a))]


def zero_extended(logic: Logic[B], a: Sequence[B], width: int) -> list[B]:
    """The same unsigned number in more bits."""
    return [*a, *[logic.false] * (width - len(a))]


def choose(logic: Logic[B], condition: B, then: Sequence[B], otherwise: Sequence[B]) -> list[B]:
    """One of two words of the same width."""
    return [logic.choose(condition, x, y) for x, y in zip(then, otherwise, strict=True)]


def equal(logic: Logic[B], a: Sequence[B], b: Sequence[B]) -> B:
    """Whether two words of the same width are equal."""
    return logic.conjunction([logic.negate(logic.differ(x, y)) for x, y in zip(a, b, strict=True)])


def _significant(*words: Sequence[B]) -> int:
    """The width to which all these words, as two's complement numbers, can be cut: above, they repeat their top bit."""
    width = len(words[0])
    while width > 1 and all(word[width - 1] == word[width - 2] for word in words):
        width -= 1
    return width


# -- sums and comparisons


def _ripple(logic: Logic[B], a: Sequence[B], b: Sequence[B], carry: B) -> tuple[list[B], B]:
    """The sum of two words of the same width and a carry, and the carry out."""
    total: list[B] = []
    for x, y in zip(a, b, strict=True):
        total.append(logic.differ(logic.differ(x, y), carry))
        carry = logic.majority(x, y, carry)
    return total, carry


def add(logic: Logic[B], a: Sequence[B], b: Sequence[B], carry: B) -> list[B]:
    """The sum of two words of the same width and of a carry, modulo 2**width."""
    width = min(_significant(a, b) + 1, len(a))
    total, _ = _ripple(logic, a[:width], b[:width], carry)
    return sign_extended(total, len(a))


def negative(logic: Logic[B], a: Sequence[B]) -> list[B]:
    """-a modulo 2**width."""
    return add(logic, [logic.false] * len(a), [logic.negate(x) for x in a], logic.true)


def at_most(logic: Logic[B], a: Sequence[B], b: Sequence[B]) -> B:
    """Whether a <= b, as two's complement numbers of the same width."""
    width = _significant(a, b)
    low, high = list(a[:width]), list(b[:width])
    # With the top bits exchanged the signed order is the unsigned one, and that is the carry out of b - a.
    low[-1], high[-1] = high[-1], low[-1]
    carry = logic.true
    for x, y in zip(low, high, strict=True):
        carry = logic.majority(logic.negate(x), y, carry)
    return carry


# -- products


def multiply(logic: Logic[B], a: Sequence[B], b: Sequence[B]) -> list[B]:
    """The product of two words of the same width, modulo 2**width; by a constant where one of them is one."""
    weights: dict[B, int] = {}
    for x, weight in _weighted(a):
        for y, other in _weighted(b):
            bit = logic.both(x, y)
            weights[bit] = weights.get(bit, 0) + weight * other
    return weighted_sum(logic, len(a), weights.items())


def _weighted(a: Sequence[B]) -> list[tuple[B, int]]:
    """The bits of a two's complement number with their weights; that of the top bit is negative."""
    top = _significant(a) - 1
    return [*((a[place], 1 << place) for place in range(top)), (a[top], -(1 << top))]


def weighted_sum(logic: Logic[B], width: int, parts: Iterable[tuple[B, int]]) -> list[B]:
    """The sum of weight · bit over the parts, modulo 2**width. Weights are any integers."""
    columns: list[list[B]] = [[] for _ in range(width)]
    constant_part = 0
    for bit, weight in parts:
        if bit == logic.true:
            constant_part += weight
        elif bit != logic.false:
            for place, digit in _signed_digits(weight, width):
                # -x = ¬x - 1
                columns[place].append(bit if digit == 1 else logic.negate(bit))
                constant_part -= (digit < 0) << place
    total: list[B] = []
    for place, column in enumerate(columns):
        queue, done = [*([logic.true] if constant_part >> place & 1 else []), *column], 0
        last = place == width - 1
        while len(queue) - done > 1:
            x, y = queue[done : done + 2]
            z = queue[done + 2] if len(queue) - done > 2 else logic.false
            done += 3 if len(queue) - done > 2 else 2
            queue.append(logic.differ(logic.differ(x, y), z))
            if not last:
                columns[place + 1].append(logic.majority(x, y, z))
        total.append(queue[done] if queue else logic.false)
    return total


def _signed_digits(weight: int, width: int) -> Iterable[tuple[int, int]]:
    """The places below `width` and digits, 1 or -1, of the weight, no two of them adjacent, as few as there can be."""
    for place in range(width):
        if weight & 1:
            digit = 2 - (weight & 3)
            weight -= digit
            yield place, digit
        weight >>= 1


# -- quotients


def divide(logic: Logic[B], a: Sequence[B], divisor: int) -> list[B]:
    """floor(a / divisor), as unsigned numbers.

    Raises:
        ValueError: unless the divisor is at least 1.
    """
    if divisor < 1:
        raise ValueError(f"a divisor must be at least 1, not {divisor}")
    shift = (divisor & -divisor).bit_length() - 1
    odd = divisor >> shift
    if odd == 1:
        return zero_extended(logic, a[shift:], len(a))
    size = odd.bit_length()
    minus = constant(logic, ~odd, size + 1)
    rest = [logic.false] * size
    digits: list[B] = []
    for bit in reversed(a[shift:]):
        # rest < odd, so 2 rest + bit < 2 odd, and one subtraction brings it back.
        raised = [bit, *rest]
        less, fits = _ripple(logic, raised, minus, logic.true)
        rest = choose(logic, fits, less, raised)[:size]
        digits.append(fits)
    return zero_extended(logic, digits[::-1], len(a))
