"""Programs as text, operation by operation, in the notation of the field.

    x0  is 1          1[w_i = 1]
    x1  mean of ones  U[x0]
    accept iff x1 - 1/2 > 0 at i = n

U[x] is the mean over all positions, A[s; v] the mean of v over the positions where the score s is maximal; U≤i and A≤i
under the causal mask, U<i and A<i under the strict one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from gmpy2 import mpq

from ...cases.case import Case
from ...encode.number.mean import EXACT_MEAN, Iterative
from ...encode.number.rational import show
from ...encode.program.operation import layers as heads_of_layers
from ...encode.program.position import position
from ...encode.program.program import (
    Accept,
    Affine,
    Attend,
    Attended,
    Compare,
    Embed,
    Form,
    Max,
    Monomial,
    Nearest,
    Op,
    Outputs,
    Place,
    Product,
    Program,
    Readout,
    Round,
    Score,
    Steps,
    Table,
)
from .columns import fitted, wrap

_MASKS = {"none": "", "causal": "≤i", "strict": "<i"}
_PLACES: dict[Place, str] = {"bos": "at BOS", "first": "at i = 1", "last": "at i = n", "eos": "at EOS"}
_POWERS = {2: "²", 3: "³"}


def listing(case: Case, width: int | None, formats: Sequence[str] | None = None) -> list[str]:
    """The lines that show a case: what it is, its operations with the formats of their sites, its readout."""
    program = case.program
    about = [f"{program.name}: {program.formula}" if program.formula else program.name]
    about += [f"source: {program.source}"] if program.source else []
    about += [f"{shape(program)}; alphabet {alphabet(program)}{_special(program)}"]
    about += [f"note: {case.note}"] if case.note else []
    rows = [
        [f"x{index}", name, operation(op)] + ([formats[index]] if formats else [])
        for index, (op, name) in enumerate(zip(program.ops, program.names, strict=True))
    ]
    ranges = [f"x{index} is declared to lie in [{position(a)}, {position(b)}]" for index, (a, b) in program.ranges]
    columns = fitted(rows, lead=2)
    return [
        *(line for text in about for line in wrap(text, width, "", "  ")),
        "",
        *(line for row in rows for line in columns.lines(row, width)),
        *(line for text in (*ranges, readout(program.readout)) for line in wrap(text, width, "", "  ")),
    ]


def shape(program: Program) -> str:
    """Layers and heads: "2 layers, 1 head each"."""
    layers = heads_of_layers(program.ops)
    if not layers:
        return "no attention"
    heads = f"{layers[0]} head{'' if layers[0] == 1 else 's'}"
    if len(layers) == 1:
        return f"1 layer, {heads}"
    if len(set(layers)) == 1:
        return f"{len(layers)} layers, {heads} each"
    return f"{len(layers)} layers, {' + '.join(map(str, layers))} heads"


def alphabet(program: Program) -> str:
    """The symbols of words, in order."""
    return " ".join(program.alphabet)


def operation(op: Op) -> str:
    """The right side of an operation."""
    match op:
        case Embed():
            return _embedding(op)
        case Affine(form) if not form.terms:
            return show(form.const)
        case Affine(form):
            return _form(form)
        case Product(left, right):
            return f"x{left}²" if left == right else f"x{left}·x{right}"
        case Max((form, Form(const=zero, terms=()))) if zero == 0:
            return f"relu({_form(form)})"
        case Max(several):
            return f"max({', '.join(map(_form, several))})"
        case Compare(form, relation):
            return f"1[{_against_zero(form, relation)}]"
        case Nearest(form):
            return f"round({_form(form)})"
        case Table(form, entries):
            return f"{_form(form)} in {{{', '.join(f'{show(a)}: {show(b)}' for a, b in entries)}}}"
        case Steps(form, base, jumps):
            shown = ", ".join(f"{show(v)} from {show(cut)}" for cut, v in jumps[:3])
            more = f", … {show(jumps[-1][1])} from {show(jumps[-1][0])}" if len(jumps) > 3 else ""
            return f"{_form(form)} in steps: {show(base)}, {shown}{more}"
        case Score(monomials):
            return _sum((m.coefficient, _monomial(m)) for m in monomials)
        case Attend():
            return _attention(op)
        case Round(arg, rounding):
            return f"x{arg} rounded to {rounding}"


def readout(output: Readout) -> str:
    """What the program gives."""
    match output:
        case Accept(form, place):
            return f"accept iff {_against_zero(form, '>')} {_PLACES[place]}"
        case Attended(head, place):
            return f"output the positions that x{head} selects {_PLACES[place]}"
        case Outputs((form,), ()):
            return f"output {_form(form)} at each i"
        case Outputs(several, labels):
            classes = ", ".join(f"{label}: {_form(form)}" for label, form in zip(labels, several, strict=True))
            return f"output at each i the first greatest of {classes}"


def _special(program: Program) -> str:
    added = [name for name, present in (("BOS", program.bos), ("EOS", program.eos)) if present]
    length = f"; positions up to n = {program.max_length}" if program.max_length is not None else ""
    aware = "; reads n" if program.length_aware else ""
    return (f"; with {' and '.join(added)}" if added else "") + length + aware


def _embedding(op: Embed) -> str:
    counts = Counter(expression for _, expression in op.table)
    if len(counts) == 1:
        return str(op.table[0][1])
    if all(expression.op == "const" and expression.value in (0, 1) for expression in counts):
        ones = [symbol for symbol, expression in op.table if expression.value == 1]
        return f"1[w_i = {ones[0]}]" if len(ones) == 1 else f"1[w_i in {{{', '.join(ones)}}}]"
    return f"w_i in {{{', '.join(f'{symbol}: {expression}' for symbol, expression in op.table)}}}"


def _attention(op: Attend) -> str:
    mask = _MASKS[op.mask]
    mean = "" if op.mean in (EXACT_MEAN, Iterative()) else f" by {op.mean}"
    match op.ties:
        case "uniform":
            return f"U{mask}[x{op.value}]{mean}"
        case "saturated":
            return f"A{mask}[x{op.score}; x{op.value}]{mean}"
        case "hard":
            return f"A{mask}[x{op.score}; x{op.value}] leftmost"
        case "rightmost":
            return f"A{mask}[x{op.score}; x{op.value}] rightmost"


def _against_zero(form: Form, relation: str) -> str:
    if form.const < 0:
        return f"{_form(Form(mpq(0), form.terms))} {relation} {show(-form.const)}"
    return f"{_form(form)} {relation} 0"


def _form(form: Form) -> str:
    constant = [(form.const, "")] if form.const != 0 or not form.terms else []
    features = [(c, f"x{feature}") for c, feature in form.terms]
    # 1 - x2 reads better than -x2 + 1.
    first = form.const > 0 and all(c < 0 for c, _ in form.terms)
    return _sum([*constant, *features] if first else [*features, *constant])


def _monomial(monomial: Monomial) -> str:
    factors = Counter(f"x{f}(i)" for f in monomial.queries) + Counter(f"x{f}(j)" for f in monomial.keys)
    return "·".join(name + (_POWERS.get(k, f"^{k}") if k > 1 else "") for name, k in factors.items())


def _sum(terms: Iterable[tuple[mpq, str]]) -> str:
    """Coefficients times names; no name is the number itself."""
    text = ""
    for coefficient, name in terms:
        size = show(abs(coefficient))
        term = size if not name else name if size == "1" else f"{size}·{name}"
        sign = "-" if coefficient < 0 else "+"
        text += f" {sign} {term}" if text else f"-{term}" if coefficient < 0 else term
    return text or "0"
