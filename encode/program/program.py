"""Sequence programs: transformers as data.

A program is a tuple of operations over *features of positions*, each naming earlier ones by index, and a readout. It
is symbolic in the position i and the length n: one program stands for the computation at every length. Nothing here
computes; the reference run (`logbits.verify.reference.run`) interprets a program in exact rationals,
`logbits.encode.term.unroll` turns it into terms for one length.

Why not Python functions: a program has to be printed with a verdict, rewritten by the pass that puts roundings in,
compared for identity, and read from files without executing anything.

Source of the meaning: Merrill, Sabharwal and Smith 2022, definition 1 (saturated transformers with masks); RASP (Weiss,
Goldberg and Yahav 2021) for the shape of the operations.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from gmpy2 import mpq

from ..number.mean import EXACT_MEAN, HeadRule
from ..number.rounding import Rounding
from . import position
from .position import Position

BOS, EOS = "BOS", "EOS"
Feature = Annotated[int, "feature"]
"""The index of an earlier operation. Formats for people write its name instead."""

Mask = Literal["none", "causal", "strict"]
Ties = Literal["saturated", "hard", "rightmost", "uniform"]
Relation = Literal[">", ">=", "="]
Place = Literal["bos", "first", "last", "eos"]
MASKS: tuple[Mask, ...] = ("none", "causal", "strict")
TIES: tuple[Ties, ...] = ("saturated", "hard", "rightmost", "uniform")


@dataclass(frozen=True)
class Form:
    """An affine form: `const` + the sum of coefficient times feature, over earlier features; one may repeat."""

    const: mpq
    terms: tuple[tuple[mpq, Feature], ...] = ()


@dataclass(frozen=True)
class Embed:
    """φ(w_i, i) or φ(w_i, i, n): for each symbol (BOS and EOS among them where the model has them) an expression."""

    table: tuple[tuple[str, Position], ...]


@dataclass(frozen=True)
class Affine:
    """An affine map of features, stored."""

    form: Form


@dataclass(frozen=True)
class Product:
    """The product of two features, stored."""

    left: Feature
    right: Feature


@dataclass(frozen=True)
class Max:
    """The maximum of affine forms, one site: ReLU is Max(form, 0)."""

    forms: tuple[Form, ...]


@dataclass(frozen=True)
class Compare:
    """form > 0, form >= 0 or form = 0 as an exact 0/1, decided on the exact accumulator: not a site."""

    form: Form
    relation: Relation


@dataclass(frozen=True)
class Nearest:
    """The nearest integer of an affine form, halves upward."""

    form: Form


@dataclass(frozen=True)
class Table:
    """A finite table on an affine form. A value outside its domain is a failure of the run, with a witness."""

    form: Form
    entries: tuple[tuple[mpq, mpq], ...]


@dataclass(frozen=True)
class Steps:
    """A step function given by thresholds: `base`, and from each threshold on (form >= threshold) its value instead.

    Thresholds ascend. This is how "1/x - 1" and the like are written: there is no division by an activation.
    """

    form: Form
    base: mpq
    jumps: tuple[tuple[mpq, mpq], ...]


@dataclass(frozen=True)
class Monomial:
    """`coefficient` times the query features (at i) times the key features (at j); a feature may repeat."""

    coefficient: mpq
    queries: tuple[Feature, ...] = ()
    keys: tuple[Feature, ...] = ()


@dataclass(frozen=True)
class Score:
    """a_ij, a polynomial in query and key features: a value for each pair of positions."""

    monomials: tuple[Monomial, ...]


@dataclass(frozen=True)
class Attend:
    """One output feature of a head.

    `score` is the index of a Score (or of its Round), None for uniform attention. The rest is put in by the pass
    `logbits.encode.arithmetic.twin`, and authors leave it: `mean` is the rule by which the sum of the values becomes
    their mean, `total` says how this sum is stored before it is divided: at its end, or (under `iterative`) after every
    addition, in the rule's order; None where it is exact.
    """

    value: Feature
    score: Feature | None
    mask: Mask
    ties: Ties
    mean: HeadRule = EXACT_MEAN
    total: Rounding | None = None

    @property
    def stepwise(self) -> bool:
        """Whether the sum is stored after every addition, so that the order of the word matters."""
        return self.total is not None and self.mean.steps is not None


@dataclass(frozen=True)
class Round:
    """Rounding to a format: put in by the pass `logbits.encode.arithmetic.twin`, never written by authors."""

    arg: Feature
    rounding: Rounding


Op = Embed | Affine | Product | Max | Compare | Nearest | Table | Steps | Score | Attend | Round


@dataclass(frozen=True)
class Accept:
    """Accept iff the affine form is > 0 at the named position, on the exact accumulator."""

    form: Form
    place: Place


@dataclass(frozen=True)
class Outputs:
    """One output per word position: the number itself (one form, no labels), or the first maximal of the labels."""

    forms: tuple[Form, ...]
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class Attended:
    """The outcome is M itself, the positions that a head selects at the named one: 1 or 0 at each word position."""

    head: Feature
    place: Place


Readout = Accept | Outputs | Attended
End = mpq | Position
"""An end of a declared range."""


@dataclass(frozen=True)
class Program:
    """A transformer: what `logbits` asks its question about.

    `alphabet` lists the symbols of words in order, without BOS and EOS. `ranges` holds declared ranges of sites, by op
    index; an end that depends on the length is an expression in n, taken at the bound. `max_length` is the greatest n
    for which positions are known, None for all. `names` gives each op's label.
    """

    name: str
    alphabet: tuple[str, ...]
    ops: tuple[Op, ...]
    readout: Readout
    names: tuple[str, ...]
    bos: bool = False
    eos: bool = False
    max_length: int | None = None
    ranges: tuple[tuple[Feature, tuple[End, End]], ...] = ()
    formula: str = field(default="", compare=False)
    source: str = field(default="", compare=False)

    def positions(self, length: int) -> range:
        """All positions of a word of `length` symbols: 0 is BOS and `length` + 1 is EOS, where the model has them."""
        return range(0 if self.bos else 1, length + (2 if self.eos else 1))

    def place(self, place: Place, length: int) -> int:
        """The position that a readout's name denotes."""
        return {"bos": 0, "first": 1, "last": length, "eos": length + 1}[place]

    def symbols(self) -> tuple[str, ...]:
        """The alphabet with BOS and EOS, where the model has them: the domain of an embedding."""
        return self.alphabet + ((BOS,) if self.bos else ()) + ((EOS,) if self.eos else ())

    @property
    def length_aware(self) -> bool:
        """Whether φ reads n."""
        return any(
            position.reads(expression, "n") for op in self.ops if isinstance(op, Embed) for _, expression in op.table
        )

    @property
    def causal(self) -> bool:
        """Whether what is stored at a position depends on the symbols up to there alone, and not on n either."""
        masked = all(op.mask != "none" for op in self.ops if isinstance(op, Attend))
        return masked and not self.eos and not self.length_aware

    @property
    def symmetric(self) -> bool:
        """Whether only the symbol at a position, and how often each symbol occurs, decide what is stored there.

        So it is where positions are read through unmasked averages only, never by φ (except at BOS and EOS), and no
        sum is rounded on its way, where the order would matter.
        """
        if isinstance(self.readout, Attended):
            return False
        heads = [op for op in self.ops if isinstance(op, Attend)]
        unmasked = all(op.mask == "none" and op.ties in ("saturated", "uniform") and not op.stepwise for op in heads)
        rows = [row for op in self.ops if isinstance(op, Embed) for row in op.table]
        return unmasked and not any(position.reads(e, "i") for symbol, e in rows if symbol not in (BOS, EOS))


class ProgramError(ValueError):
    """A program that is not well-formed: the message says which operation and why."""
