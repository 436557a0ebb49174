"""And-inverter graphs: what is left of a circuit when every operation is a conjunction of two bits or a negation.

A literal is one integer, 2 · node, plus 1 where it is negated: FALSE is 0, TRUE is 1, negation is xor 1. Node 0 is the
constant, then come the inputs, then the gates, children before parents. A gate is found by its pair of literals
(`_gates`), so equal gates are one; numbering depends on nothing but the order of the calls.

Local rules look at the gates of the two operands, never deeper, and each lets a conjunction be replaced by one that
has smaller operands, so they come to an end. They are those of Brummayer and Biere, "Local two-level and-inverter graph
minimization without blowup" (2006), that need no count of references. Stronger ones (sweeping, rewriting) are left to
solvers: here every line is trusted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .words import Logic

Literal = int
FALSE, TRUE = 0, 1


class Aig(Logic[Literal]):
    """A graph with `inputs` inputs, the nodes 1 to `inputs`. `left` and `right` are the literals of a gate's operands.

    They are lists over all nodes; of the constant and of inputs they are 0. `left` < `right` at every gate.
    """

    true = TRUE
    false = FALSE

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.left: list[Literal] = [0] * (inputs + 1)
        self.right: list[Literal] = [0] * (inputs + 1)
        self._gates: dict[tuple[Literal, Literal], Literal] = {}

    def __len__(self) -> int:
        """The number of nodes, the constant and the inputs among them."""
        return len(self.left)

    def input(self, number: int) -> Literal:
        """The literal of input 1, 2, ..

        Raises:
            ValueError: when there is no such input.
        """
        if not 1 <= number <= self.inputs:
            raise ValueError(f"there is no input {number} among {self.inputs}")
        return 2 * number

    def negate(self, a: Literal) -> Literal:
        """Not a."""
        return a ^ 1

    def both(self, a: Literal, b: Literal) -> Literal:
        """The literal of a ∧ b, one that is there already, or one new gate."""
        while True:
            if a > b:
                a, b = b, a
            # FALSE ∧ b            TRUE ∧ b
            #   FALSE                b
            if a <= TRUE:
                return b if a else FALSE
            # a ∧ a                a ∧ ¬a
            #   a                    FALSE
            if a ^ b <= 1:
                return a if a == b else FALSE
            found = self._gates.get((a, b))
            if found is not None:
                return found
            # A rule gives another pair; TRUE in it stands for "the other literal".
            changed = self._changed(b, a) or self._changed(a, b) or self._resolved(a, b)
            if changed is None:
                made = self._gates[a, b] = 2 * len(self.left)
                self.left.append(a)
                self.right.append(b)
                return made
            a, b = changed

    def _changed(self, x: Literal, y: Literal) -> tuple[Literal, Literal] | None:
        """The rules for x = p ∧ q or x = ¬(p ∧ q); y is any literal, and where it is r ∧ s, r and s hold with it."""
        p = self.left[x >> 1]
        if not p:
            return None
        q, node = self.right[x >> 1], y >> 1
        r, s = (y, y) if y & 1 or not self.left[node] else (self.left[node], self.right[node])
        if not x & 1:
            # (p ∧ q) ∧ p
            #   p ∧ q
            if y in (p, q):
                return TRUE, x
            # (p ∧ q) ∧ ¬p         (p ∧ q) ∧ (¬p ∧ s)
            #   FALSE                FALSE
            if p ^ 1 in (y, r, s) or q ^ 1 in (y, r, s):
                return TRUE, FALSE
            return None
        # ¬(p ∧ q) ∧ ¬p        ¬(p ∧ q) ∧ (¬p ∧ s)
        #   ¬p                   ¬p ∧ s
        if p ^ 1 in (y, r, s) or q ^ 1 in (y, r, s):
            return TRUE, y
        # ¬(p ∧ q) ∧ p         ¬(p ∧ q) ∧ (p ∧ s)
        #   ¬q ∧ p               ¬q ∧ (p ∧ s)
        if p in (y, r, s):
            return q ^ 1, y
        if q in (y, r, s):
            return p ^ 1, y
        return None

    def _resolved(self, x: Literal, y: Literal) -> tuple[Literal, Literal] | None:
        """The rule for x = ¬(p ∧ q) and y = ¬(r ∧ s)."""
        p, r = self.left[x >> 1], self.left[y >> 1]
        if not (x & y & 1 and p and r):
            return None
        q, s = self.right[x >> 1], self.right[y >> 1]
        # ¬(p ∧ q) ∧ ¬(p ∧ ¬q)
        #   ¬p
        if (p == r and q == s ^ 1) or (p == s and q == r ^ 1):
            return TRUE, p ^ 1
        if (q == s and p == r ^ 1) or (q == r and p == s ^ 1):
            return TRUE, q ^ 1
        return None

    def cone(self, roots: Iterable[Literal]) -> list[int]:
        """The gates on which the roots depend, in order."""
        wanted = {root >> 1 for root in roots}
        marked = bytearray(max(wanted, default=0) + 1)
        for node in wanted:
            marked[node] = 1
        for node in range(len(marked) - 1, self.inputs, -1):
            if marked[node]:
                marked[self.left[node] >> 1] = marked[self.right[node] >> 1] = 1
        return [node for node in range(self.inputs + 1, len(marked)) if marked[node]]

    def evaluate(self, roots: Sequence[Literal], columns: Sequence[int], count: int) -> list[int]:
        """The values of the roots on `count` words at once.

        `columns[k]` holds input k + 1: its bit w is the input's value on word w. Results are read in the same way.

        Raises:
            ValueError: unless there is one column, of at most `count` bits, for each input.
        """
        if len(columns) != self.inputs or any(column >> count for column in columns):
            raise ValueError(f"{self.inputs} columns of {count} bits are needed")
        every = (1 << count) - 1
        values = [0, *columns, *[0] * (len(self) - self.inputs - 1)]
        for node in self.cone(roots):
            a, b = self.left[node], self.right[node]
            x, y = values[a >> 1], values[b >> 1]
            values[node] = (x ^ every if a & 1 else x) & (y ^ every if b & 1 else y)
        return [values[root >> 1] ^ (every if root & 1 else 0) for root in roots]
