"""What a catalogue entry is: a program, and independently of it what the program should compute."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gmpy2 import mpq

from ..encode.program.program import Program

Language = Callable[[Sequence[str]], bool]
"""A reference language: whether a word, a non-empty sequence of symbols, belongs to it."""

Function = Callable[[Sequence[str]], tuple[mpq | str, ...]]
"""A reference function: the output at each position of a word, numbers or classes."""


@dataclass(frozen=True)
class Case:
    """Entry `number` of the catalogue.

    `language` is what an acceptor should accept and `function` what a program with outputs should give, written in
    plain Python without regard to the program; the other is None. `note` says which parameters the case takes. What was
    read from the file of a user has no entry, number 0, and names the `file`.
    """

    number: int
    name: str
    program: Program
    language: Language | None = None
    function: Function | None = None
    note: str = ""
    file: str = ""

    def __repr__(self) -> str:
        return f"<case {self.name}>"
