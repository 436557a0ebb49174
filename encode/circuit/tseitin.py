"""And-inverter graph → clauses: a variable and a definition for each gate that needs one, and the asserted root.

The inputs of the graph are the variables 1 to I; definitions follow in the order of the gates. They are complete, in
both directions. Half of each would do for the polarity in which a gate is used, and is what libraries make, but then
the values of inner variables mean nothing, and nobody can tell a forgotten clause from one left out on purpose.

Not each gate has a variable. Sums, choices and carries are recognised in the graph and defined as such,

    x ⊕ y       ¬(x ∧ y) ∧ ¬(¬x ∧ ¬y)                 s ? x : y   ¬(s ∧ ¬x) ∧ ¬(¬s ∧ ¬y)
    majority    ¬(x ∧ y) ∧ ¬(z ∧ ¬(¬x ∧ ¬y)), negated

and conjunctions, and exclusive ors up to three, swallow those of their kind that nobody else uses: a full adder is two
variables and fourteen clauses, of which unit propagation finds all that follows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations, product
from typing import Literal as Word

from .aig import TRUE, Aig, Literal
from .cnf import Clause, Cnf

Kind = Word["and", "xor", "ite", "majority"]
Definition = tuple[Kind, tuple[Literal, ...]]


def clauses(aig: Aig, root: Literal) -> Cnf:
    """The question whether some inputs make the root true.

    A constant root is asserted by way of one variable that is defined to be true.
    """
    if root <= TRUE:
        constant = aig.inputs + 1
        return Cnf(aig.inputs, constant, ((constant,), (constant if root == TRUE else -constant,)))
    definitions = _merged(_definitions(aig, root))
    variable = {node: node for node in range(aig.inputs + 1)}
    made: list[Clause] = []
    for node, (kind, operands) in definitions.items():
        v = variable[node] = len(variable)
        made += _block(kind, v, [-variable[a >> 1] if a & 1 else variable[a >> 1] for a in operands])
    asserted = -variable[root >> 1] if root & 1 else variable[root >> 1]
    return Cnf(aig.inputs, len(variable) - 1, (*made, (asserted,)))


def _definitions(aig: Aig, root: Literal) -> dict[int, Definition]:
    """How each gate that needs a variable is defined, in order."""
    found: dict[int, Definition] = {}
    wanted = {root >> 1}
    for node in range(root >> 1, aig.inputs, -1):
        if node in wanted:
            found[node] = _recognised(aig, node)
            wanted.update(a >> 1 for a in found[node][1])
    return dict(reversed(found.items()))


def _recognised(aig: Aig, node: int) -> Definition:
    """A gate as an operation on literals; of those that are no conjunctions, no two are of one variable."""
    left, right = aig.left[node], aig.right[node]
    if left & right & 1 and aig.left[left >> 1] and aig.left[right >> 1]:
        p, q = aig.left[left >> 1], aig.right[left >> 1]
        r, s = aig.left[right >> 1], aig.right[right >> 1]
        # ¬(p ∧ q) ∧ ¬(¬p ∧ ¬q)
        #   p ⊕ q
        if {r, s} == {p ^ 1, q ^ 1}:
            return "xor", (p, q)
        for condition, then in ((p, q), (q, p)):
            # ¬(p ∧ q) ∧ ¬(¬p ∧ s)
            #   p ? ¬q : ¬s
            if condition ^ 1 in (r, s):
                otherwise = r + s - (condition ^ 1)
                if len({condition >> 1, then >> 1, otherwise >> 1}) == 3:
                    return "ite", (condition, then ^ 1, otherwise ^ 1)
        for x, y, several in ((p, q, (r, s)), (r, s, (p, q))):
            for z, neither in (several, several[::-1]):
                # ¬(x ∧ y) ∧ ¬(z ∧ ¬(¬x ∧ ¬y))
                #   at least two of ¬x, ¬y, ¬z
                inner = {aig.left[neither >> 1], aig.right[neither >> 1]}
                if neither & 1 and inner == {x ^ 1, y ^ 1} and len({x >> 1, y >> 1, z >> 1}) == 3:
                    return "majority", (x ^ 1, y ^ 1, z ^ 1)
    return "and", (left, right)


def _merged(definitions: dict[int, Definition]) -> dict[int, Definition]:
    """The definitions after conjunctions and exclusive ors that are used once, by one of their kind, went into it."""
    uses: dict[int, int] = {}
    for _, operands in definitions.values():
        for a in operands:
            uses[a >> 1] = uses.get(a >> 1, 0) + 1
    found: dict[int, Definition] = {}
    for node, (kind, operands) in definitions.items():
        merged = operands
        for a in operands:
            inner = found.get(a >> 1)
            if inner is None or inner[0] != kind or uses[a >> 1] > 1:
                continue
            if kind in ("ite", "majority") or (kind == "and" and a & 1):
                continue
            # A negated exclusive or is one with an operand negated.
            first, *others = inner[1]
            together = tuple(sorted((*(b for b in merged if b != a), first ^ (a & 1), *others)))
            if len({b >> 1 for b in together}) == len(together) and (kind == "and" or len(together) <= 3):
                merged = together
                del found[a >> 1]
        found[node] = kind, merged
    return found


def _block(kind: Kind, v: int, operands: Sequence[int]) -> Iterator[Clause]:
    """Both directions of v = kind(operands). Any two clauses with v and -v contradict each other in an operand too."""
    match kind, operands:
        case "and", several:
            yield from ((-v, a) for a in several)
            yield (v, *(-a for a in several))
        case "xor", several:
            for signs in product((1, -1), repeat=len(several)):
                # Where all these literals are false, as many operands are true as signs are negative.
                odd = signs.count(-1) % 2 == 1
                yield (v if odd else -v, *(sign * a for sign, a in zip(signs, several, strict=True)))
        case "ite", [s, x, y]:
            yield from ((-v, -s, x), (v, -s, -x), (-v, s, y), (v, s, -y), (-v, x, y), (v, -x, -y))
        case _, [x, y, z]:
            for a, b in combinations((x, y, z), 2):
                yield from ((-v, a, b), (v, -a, -b))
        case _:
            raise ValueError(f"no clauses for {kind} of {len(operands)}")
