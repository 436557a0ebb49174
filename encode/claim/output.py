"""The claim `output`: the low run outputs what the exact one outputs, rounded once to the format.

For an acceptor, for classes and for a set of positions that is `decision`. For a number it is as if the left run had
one more site, that of its output, with the format of the run under test:

    the output is one stored feature, as it is    the format of that site; where it stores values as they are, none
    any other affine form of features             the format of the arithmetic, if it is the same at every site

What the run under test outputs is its exact accumulator, as everywhere, and is not rounded again. A format with a scale
for each site (`fixed(b)`, `int8`) has none for a form of several features, dyadic arithmetic has no format at all but
that of its means, and a value of a block (`mx`) none without the others: there the claim is refused. An overflow of the
additional site under `error` fails at any position, as one of any other site does.
"""

from __future__ import annotations

from dataclasses import replace

from ..arithmetic.arithmetic import Arithmetic
from ..arithmetic.format import Dyadic, Exact, Fixed, Int8, Mx
from ..arithmetic.scales import is_mean, sites
from ..arithmetic.storage import storage
from ..number.mean import Reciprocal
from ..number.rational import ONE, ZERO
from ..number.rounding import Rounding
from ..program.program import Affine, Form, Outputs, Program, Round


def output_format(program: Program, arithmetic: Arithmetic, bound: int) -> Rounding | None:
    """How the number that a program outputs is stored in an arithmetic; None where there is none, or as it is.

    Raises:
        ValueError: where no format is that of the output, or a site has none.
    """
    if not isinstance(program.readout, Outputs) or program.readout.labels or isinstance(arithmetic.format, Exact):
        return None
    [form], where = program.readout.forms, f"{program.name} in {arithmetic}: claim output"
    if isinstance(arithmetic.format, Mx):
        raise ValueError(f"{where} needs a format, and a value of a block has none of its own")
    if form.const == 0 and len(form.terms) == 1 and form.terms[0][0] == 1:
        feature = form.terms[0][1]
        dyadic = isinstance(arithmetic.format, Dyadic)
        if dyadic and isinstance(arithmetic.mean, Reciprocal) and is_mean(program.ops[feature]):
            raise ValueError(f"{where} needs a format, and a mean by reciprocal is not rounded to one")
        return sites(program, arithmetic, bound)[feature].stored
    if isinstance(arithmetic.format, (Fixed, Dyadic)) or arithmetic.format == Int8():
        raise ValueError(f"{where} needs a format, and a sum of several features has none: store it as one feature")
    return storage(arithmetic.format, arithmetic, ZERO, ZERO)


def storing(program: Program, rounding: Rounding) -> Program:
    """A program with its roundings in that outputs a number, which stores this number once more and outputs it."""
    assert isinstance(program.readout, Outputs)
    [form], size = program.readout.forms, len(program.ops)
    return replace(
        program,
        ops=(*program.ops, Affine(form), Round(size, rounding)),
        names=(*program.names, "output", "output rounded"),
        readout=Outputs((Form(ZERO, ((ONE, size + 1),)),)),
    )
