"""Assumed languages: a claim about the words that another program accepts, instead of all words.

A word is in the language iff the *exact* run of that program accepts it, and does not fail on the way (a table outside
its domain). So membership is a circuit over the same letters, and the reference run decides it for a single word.

A restriction may leave nothing to be said. Therefore a length counts as VERIFIED only once a word of the language is
known there (a simulated one, or a solver's, replayed), or once it is shown that there is none; then its evidence is
called vacuous, and shown.
"""

from __future__ import annotations

from ..program.program import Accept, Program


def check(program: Program, assumed: Program) -> None:
    """Checks that `assumed` names a language over the words of `program`.

    Raises:
        ValueError: unless it is an acceptor over the same alphabet, in the same order.
    """
    if not isinstance(assumed.readout, Accept):
        raise ValueError(f"{assumed.name} gives outputs and accepts no words, so that it cannot be assumed")
    if assumed.alphabet != program.alphabet:
        ours, theirs = (" ".join(each.alphabet) for each in (program, assumed))
        raise ValueError(f"{program.name} reads words over {ours}, but {assumed.name}, which is assumed, over {theirs}")
