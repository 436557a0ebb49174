"""Symmetric programs, for the checker of counts: the premises, and a run on how often each symbol occurs.

Where only the symbol at a position, and how often each symbol occurs, decide what is stored there, all positions with
one symbol store the same number. So a run has one value for each symbol that occurs, for BOS and for EOS, and a mean
takes each as often as it occurs. Nothing here comes from where such claims are decided (`logbits.bounds.count`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gmpy2 import mpq

from ...encode.program.position import Position, evaluate
from ...encode.program.program import BOS, EOS, Accept, Attend, Embed, Op, Outputs, Program, Round, Score
from .operations import Stored, form, local, mean, require_understood, score, store
from .refused import Refused

Column = Stored[mpq]
"""What each operation stores at the positions with one symbol."""

Rows = Stored[dict[str, dict[str, mpq]]]
"""What each score stores, at each query, towards each key."""


class Symmetric:
    """Runs on words of one length, of a program that has its roundings in, and these premises.

    Each is looked at:

        embeddings   for each symbol of its domain one expression; at a symbol of words it does not read i
        heads        no mask; uniform without scores, or saturated with them; a mean by quotient or reciprocal of a sum
                     that is exact or stored at its end, or an iterative one that no addition rounds, in whatever order,
                     or of which the terms at symbols of words are 0 or one number
        readout      a decision, or outputs
        operations   each reads what comes before it; the keys of a table differ, thresholds ascend

    Raises:
        Refused: where one does not hold; for a length below 1 or beyond the positions that the program knows.
    """

    def __init__(self, program: Program, length: int) -> None:
        self.program, self.special = program, (BOS,) * program.bos + (EOS,) * program.eos
        if length < 1 or (program.max_length is not None and length > program.max_length):
            raise Refused(f"{program.name} is not asked about words of length {length}")
        if not program.alphabet or len({*program.alphabet, BOS, EOS}) < len(program.alphabet) + 2:
            raise Refused(f"{program.name} has no alphabet, or one with a symbol twice")
        self._embedded: dict[int, dict[str, mpq]] = {}
        self._pairwise: set[int] = set()
        for index, op in enumerate(program.ops):
            try:
                require_understood(op)
                if isinstance(op, Embed):
                    self._embedded[index] = self._embed(op, length)
            except (Refused, ValueError) as error:
                raise Refused(f"{program.name}, operation {index}: {error}") from error
            if isinstance(op, Score) or (isinstance(op, Round) and op.arg in self._pairwise):
                self._pairwise.add(index)
        self._exist = {op.score for op in program.ops if isinstance(op, Attend)}
        for index in range(len(program.ops) - 1, -1, -1):
            op = program.ops[index]
            if index in self._exist and isinstance(op, Round):
                self._exist.add(op.arg)

    def _embed(self, op: Embed, length: int) -> dict[str, mpq]:
        if sorted(symbol for symbol, _ in op.table) != sorted((*self.program.alphabet, *self.special)):
            raise Refused("a value is not embedded once for each symbol")
        if any(_reads_i(expression) for symbol, expression in op.table if symbol not in self.special):
            raise Refused("positions of symbols are embedded, so that the order of a word matters")
        place = {BOS: 0, EOS: length + 1}
        return {symbol: evaluate(expression, place.get(symbol, 1), length) for symbol, expression in op.table}

    def run(self, counts: Mapping[str, int]) -> dict[str, Column]:
        """What is stored on the words with these counts: at each symbol that occurs, at BOS and at EOS.

        Raises:
            Refused: where the run fails, is not a function of the counts, or an operation reads what has no value.
        """
        weights = {symbol: count for symbol, count in counts.items() if count} | dict.fromkeys(self.special, 1)
        columns = {symbol: Column() for symbol in weights}
        rows: Rows = Stored()
        for index, op in enumerate(self.program.ops):
            try:
                self._step(index, op, weights, columns, rows)
            except Refused as error:
                raise Refused(f"{self.program.name}, operation {index}: {error}") from error
        return columns

    def _step(self, index: int, op: Op, weights: Mapping[str, int], columns: Mapping[str, Column], rows: Rows) -> None:
        match op:
            case Score() | Round() if index in self._pairwise and index not in self._exist:
                pass  # it is not computed, and cannot fail
            case Score():
                rows[index] = {q: {k: score(op, columns[q], columns[k]) for k in weights} for q in weights}
            case Round(arg, rounding) if index in self._pairwise:
                rows[index] = {q: {k: store(v, rounding) for k, v in row.items()} for q, row in rows[arg].items()}
            case Embed():
                for symbol, column in columns.items():
                    column[index] = self._embedded[index][symbol]
            case Attend(value, None):
                everywhere = self._mean(op, [(symbol, columns[symbol][value]) for symbol in weights], weights)
                for column in columns.values():
                    column[index] = everywhere
            case Attend(value, int(scored)):
                for symbol, row in rows[scored].items():
                    greatest = max(row.values())
                    chosen = [(key, columns[key][value]) for key in weights if row[key] == greatest]
                    columns[symbol][index] = self._mean(op, chosen, weights)
            case _:
                for column in columns.values():
                    column[index] = local(op, column)

    def _mean(self, op: Attend, chosen: Sequence[tuple[str, mpq]], weights: Mapping[str, int]) -> mpq:
        """The mean of what is chosen, each as often as it occurs; BOS comes first, EOS last."""
        place = {BOS: 0, EOS: 2}
        ordered = sorted(chosen, key=lambda each: place.get(each[0], 1))
        ends = [symbol for symbol, _ in chosen if symbol in place]
        return mean(op, [(weights[key], v) for key, v in ordered], int(BOS in ends), int(EOS in ends))

    def read(self, columns: Mapping[str, Column]) -> dict[str, tuple[mpq, ...]]:
        """The accumulators of the readout at each symbol, or BOS, or EOS, at which some word with these counts is read.

        Raises:
            Refused: for a readout that is at no position of the program, or is not understood.
        """
        match self.program.readout:
            case Accept(written, "bos" | "eos" as place):
                special = {"bos": BOS, "eos": EOS}[place]
                if special not in self.special:
                    raise Refused(f"{self.program.name} is read at {special}, which it does not have")
                return {special: (form(written, columns[special]),)}
            case Accept(written, "first" | "last"):
                forms = (written,)
            case Outputs(forms, labels) if len(forms) == (len(labels) or 1):
                pass
            case _:
                raise Refused(f"the readout of {self.program.name} is not understood")
        return {
            symbol: tuple(form(written, column) for written in forms)
            for symbol, column in columns.items()
            if symbol not in self.special
        }


def _reads_i(expression: Position) -> bool:
    return expression.op == "i" or any(map(_reads_i, expression.args))
