"""Claims as JSON data, and back: what a record of proofs holds, so that it can be checked without anything else.

How is said in `logbits.encode.model.serial`. The form is canonical: one claim has one text, and whoever reads a text
makes sure that writing gives the same text again.
"""

from __future__ import annotations

from typing import get_args

from ...encode.arithmetic import arithmetic
from ...encode.arithmetic.format import Format
from ...encode.claim.claim import Claim
from ...encode.claim.kind import Kind
from ...encode.model.serial import FormatError, Reader, to_data
from ...encode.number import mean
from ...encode.program import position, program
from ...encode.program.wellformed import validate
from ..request.identity import canonical

__all__ = ["KINDS", "FormatError", "claim", "program_of", "text", "to_data"]

text = canonical
"""The canonical text of JSON data."""

_CLASSES: tuple[type, ...] = (
    Claim,
    Kind,
    program.Program,
    program.Form,
    program.Monomial,
    *get_args(program.Op),
    *get_args(program.Readout),
    position.Position,
    arithmetic.Arithmetic,
    *get_args(Format),
    *get_args(mean.MeanRule),
)
KINDS = {each.__name__: each for each in _CLASSES if each is not program.Round}
"""What may be read, by name: everything that a claim without roundings put in is made of."""


def program_of(data: object) -> program.Program:
    """The program that JSON data stands for.

    Raises:
        FormatError: for the first thing that is wrong.
    """
    reader = Reader(KINDS)
    made = reader.read(data, program.Program, "program")
    if reader.faults:
        raise FormatError(reader.faults[0])
    assert isinstance(made, program.Program)
    return made


def claim(data: object) -> Claim:
    """The claim that JSON data stands for.

    Raises:
        FormatError: for the first thing that is wrong.
    """
    reader = Reader(KINDS)
    made = reader.read(data, Claim, "claim")
    if reader.faults:
        raise FormatError(reader.faults[0])
    assert isinstance(made, Claim)
    try:
        for each in (made.program, made.assume, made.other):
            if each is not None:
                validate(each)
    except ValueError as error:
        raise FormatError(f"claim: {error}") from error
    return made
