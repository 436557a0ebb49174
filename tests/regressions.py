"""Questions on which an encoding once disagreed with the reference run, kept as data and compared for ever.

    python tests/regressions.py SEED [WHY]     makes the question of a seed small and writes it to tests/regressions/

A file is JSON: every dataclass of a program is an object whose "is" names the class, a rational is {"q": "1/3"}. So it
does not depend on what a seed means, which changes whenever the generator does. `smaller` drops whatever the
disagreement does not need: operations, terms of forms, monomials, letters of the word, the other arithmetic.
"""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from gmpy2 import mpq
from logbits.encode.arithmetic import arithmetic
from logbits.encode.arithmetic import format as formats
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.claim.claim import Claim
from logbits.encode.number import mean
from logbits.encode.program import position, program
from logbits.encode.program.operation import forms, operands, rename
from logbits.encode.program.program import Accept, Affine, Form, Op, Outputs, Program, Score
from logbits.encode.program.wellformed import validate
from logbits.verify.reference.pair import Pair
from support.random_questions import Instance, instance

FOLDER = Path(__file__).parent / "regressions"
CLASSES: dict[str, type] = {"Instance": Instance} | {
    name: each
    for module in (arithmetic, formats, mean, position, program)
    for name, each in vars(module).items()
    if isinstance(each, type) and dataclasses.is_dataclass(each)
}


def plain(value: Any) -> Any:  # noqa: ANN401
    """A value of dataclasses, tuples, rationals and plain values, as what JSON has."""
    if dataclasses.is_dataclass(value):
        fields = {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value) if f.init}
        return {"is": type(value).__name__} | fields
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if value is None or isinstance(value, (str, bool, int)):
        return value
    assert isinstance(value, type(mpq()))
    return {"q": str(value)}


def revived(value: Any) -> Any:  # noqa: ANN401
    """The value of which `plain` made this."""
    match value:
        case {"q": text}:
            return mpq(text)
        case {"is": name, **fields}:
            return CLASSES[name](**{key: revived(each) for key, each in fields.items()})
        case list():
            return tuple(revived(each) for each in value)
        case _:
            return value


def save(made: Instance, name: str, why: str) -> Path:
    """Writes a question to a file."""
    path = FOLDER / f"{name}.json"
    path.write_text(json.dumps({"why": why, "question": plain(made)}, indent=1) + "\n", encoding="utf-8")
    return path


def load(path: Path) -> Instance:
    """The question that a file holds."""
    made: Instance = revived(json.loads(path.read_text(encoding="utf-8"))["question"])
    validate(made.program)
    return made


# -- smaller questions


def smaller(made: Instance, fails: Callable[[Instance], bool]) -> Instance:
    """A question that fails still, and of which no simpler variant does."""
    found = made
    while True:
        following = next((each for each in variants(found) if fails(each)), None)
        if following is None:
            return found
        found = following


def variants(made: Instance) -> Iterator[Instance]:
    """Questions that are a little simpler."""
    if made.assume is not None:
        yield replace(made, assume=None)
    if made.length > 1:
        yield replace(made, length=made.length - 1)
    if made.bound > made.length:
        yield replace(made, bound=made.length)
    for left in (EXACT, made.right):
        if made.left not in (EXACT, left):
            yield replace(made, left=left)
    for each in _programs(made.program):
        yield replace(made, program=each)
    if made.assume is not None:
        for each in _programs(made.assume):
            yield replace(made, assume=each)


def _programs(made: Program) -> Iterator[Program]:
    everything, needed = set(range(len(made.ops))), live(made)
    read = {arg for op in made.ops for arg in operands(op)} | set(operands(made.readout))
    if needed < everything:
        yield only(made, needed)
    yield from (only(made, everything - {index}) for index in sorted(everything - read))
    for index, op in enumerate(made.ops):
        for other in _ops(made, op):
            yield replace(made, ops=(*made.ops[:index], other, *made.ops[index + 1 :]))
    readout = made.readout
    if isinstance(readout, Accept):
        yield from (replace(made, readout=replace(readout, form=form)) for form in _forms(readout.form))
    if isinstance(readout, Outputs):
        yield from (replace(made, readout=Accept(form, "last")) for form in readout.forms)
        several = [
            (*readout.forms[:k], f, *readout.forms[k + 1 :]) for k, g in enumerate(readout.forms) for f in _forms(g)
        ]
        yield from (replace(made, readout=replace(readout, forms=each)) for each in several)
    if made.ranges:
        yield replace(made, ranges=())


def _ops(made: Program, op: Op) -> Iterator[Op]:
    """Simpler operations in place of one."""
    if isinstance(op, Score):
        if len(op.monomials) > 1:
            for k in range(len(op.monomials)):
                yield Score(op.monomials[:k] + op.monomials[k + 1 :])
        return
    scores = {index for index, each in enumerate(made.ops) if isinstance(each, Score)}
    if not isinstance(op, Affine):
        yield from (Affine(Form(mpq(0), ((mpq(1), arg),))) for arg in sorted(set(operands(op)) - scores))
    if op != Affine(Form(mpq(0))):
        yield Affine(Form(mpq(0)))
    if len(forms(op)) == 1:
        [form] = forms(op)
        yield from (replace(op, form=each) for each in _forms(form))  # type: ignore[call-arg]


def _forms(form: Form) -> Iterator[Form]:
    for k in range(len(form.terms)):
        yield replace(form, terms=form.terms[:k] + form.terms[k + 1 :])
    for k, (coefficient, feature) in enumerate(form.terms):
        if coefficient != 1:
            yield replace(form, terms=(*form.terms[:k], (mpq(1), feature), *form.terms[k + 1 :]))
    if form.const != 0:
        yield replace(form, const=mpq(0))


def live(made: Program) -> set[int]:
    """The operations on which the readout depends."""
    needed, stack = set[int](), list(operands(made.readout))
    while stack:
        index = stack.pop()
        if index not in needed:
            needed.add(index)
            stack.extend(operands(made.ops[index]))
    return needed


def only(made: Program, needed: set[int]) -> Program:
    """The program with these operations alone, which read no others."""
    order = sorted(needed)
    new = [order.index(index) if index in needed else -1 for index in range(len(made.ops))]
    return replace(
        made,
        ops=tuple(rename(made.ops[index], new) for index in order),
        names=tuple(made.names[index] for index in order),
        readout=rename(made.readout, new),
        ranges=tuple((new[index], interval) for index, interval in made.ranges if index in needed),
    )


def main() -> None:
    """Writes the regression file of a seed that fails."""
    from support.differential import compare

    def fails(made: Instance) -> bool:
        try:
            validate(made.program)
            Pair(Claim(made.program, made.left, made.right, made.bound, made.assume))
        except ValueError:  # no such question
            return False
        try:
            compare(made, single=True)
        except Exception:  # whatever goes wrong is what is looked for
            return True
        return False

    seed, why = int(sys.argv[1]), " ".join(sys.argv[2:])
    made = instance(seed)
    if not fails(made):
        sys.exit(f"seed {seed}: all ways to decide agree with the reference run")
    print(save(smaller(made, fails), f"seed-{seed}", why or f"seed {seed}"))


if __name__ == "__main__":
    main()
