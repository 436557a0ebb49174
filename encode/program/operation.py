"""The table of operations: what each field of an operation holds, said once, as data.

    operands     the features that it reads, and where: at its own position, at the keys that a mask allows, or a score
    parameters   the numbers that arithmetic may round, and numbers that stay as they are (keys, thresholds)
    site         whether its value is stored, and so rounded
    writes       a value for each position, or for each pair of positions

What only follows the structure of a program (renaming operands, collecting or rounding parameters, finding what is
read) is derived from here, and never matches on operations again. What an operation *means* is said in
`logbits.encode.program.walk`, and once more, on its own, in the reference run. An operation that is in the type `Op`
but not in the table, or a field that has no role, stops the import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Literal, TypeVar, get_args

from gmpy2 import mpq

from .program import (
    Accept,
    Affine,
    Attend,
    Attended,
    Compare,
    Embed,
    Feature,
    Form,
    Max,
    Monomial,
    Nearest,
    Op,
    Outputs,
    Product,
    Readout,
    Round,
    Score,
    Steps,
    Table,
)

Read = Literal["here", "keys", "score", "any"]
"""Where a feature is read: at the same position, at key positions, for pairs; a rounding reads what it is given."""

Change = Callable[[mpq], mpq]
T = TypeVar("T", bound=Op | Readout)


class Role:
    """What a field holds: data that names no feature and no number, unless a subclass says otherwise."""

    def features(self, value: Any) -> Iterator[tuple[Feature, Read]]:
        """The features that are read, with repetitions, and where."""
        return iter(())

    def rename(self, value: Any, new: Sequence[int]) -> Any:
        """The field with each feature k replaced by new[k]."""
        return value

    def parameters(self, value: Any) -> Iterator[mpq]:
        """The numbers that `rounded-parameters` rounds."""
        return iter(())

    def numbers(self, value: Any) -> Iterator[mpq]:
        """All numbers that are written there."""
        return self.parameters(value)

    def change(self, value: Any, change: Change) -> Any:
        """The field with every parameter changed."""
        return value


@dataclass(frozen=True)
class _Feature(Role):
    read: Read

    def features(self, value: int | None) -> Iterator[tuple[Feature, Read]]:
        if value is not None:
            yield value, self.read

    def rename(self, value: int | None, new: Sequence[int]) -> int | None:
        return None if value is None else new[value]


class _Form(Role):
    def features(self, value: Form) -> Iterator[tuple[Feature, Read]]:
        for _, feature in value.terms:
            yield feature, "here"

    def rename(self, value: Form, new: Sequence[int]) -> Form:
        return replace(value, terms=tuple((c, new[feature]) for c, feature in value.terms))

    def parameters(self, value: Form) -> Iterator[mpq]:
        yield value.const
        yield from (c for c, _ in value.terms)

    def change(self, value: Form, change: Change) -> Form:
        return Form(change(value.const), tuple((change(c), feature) for c, feature in value.terms))


@dataclass(frozen=True)
class _Several(Role):
    each: Role

    def features(self, value: Sequence[Any]) -> Iterator[tuple[Feature, Read]]:
        return (found for one in value for found in self.each.features(one))

    def rename(self, value: Sequence[Any], new: Sequence[int]) -> tuple[Any, ...]:
        return tuple(self.each.rename(one, new) for one in value)

    def parameters(self, value: Sequence[Any]) -> Iterator[mpq]:
        return (found for one in value for found in self.each.parameters(one))

    def numbers(self, value: Sequence[Any]) -> Iterator[mpq]:
        return (found for one in value for found in self.each.numbers(one))

    def change(self, value: Sequence[Any], change: Change) -> tuple[Any, ...]:
        return tuple(self.each.change(one, change) for one in value)


class _Number(Role):
    def parameters(self, value: mpq) -> Iterator[mpq]:
        yield value

    def change(self, value: mpq, change: Change) -> mpq:
        return change(value)


class _Entry(Role):
    """A key or a threshold, which stays as it is, and a result."""

    def parameters(self, value: tuple[mpq, mpq]) -> Iterator[mpq]:
        yield value[1]

    def numbers(self, value: tuple[mpq, mpq]) -> Iterator[mpq]:
        return iter(value)

    def change(self, value: tuple[mpq, mpq], change: Change) -> tuple[mpq, mpq]:
        return value[0], change(value[1])


class _Monomial(Role):
    def features(self, value: Monomial) -> Iterator[tuple[Feature, Read]]:
        for feature in value.queries:
            yield feature, "here"
        for feature in value.keys:
            yield feature, "keys"

    def rename(self, value: Monomial, new: Sequence[int]) -> Monomial:
        queries, keys = (tuple(new[feature] for feature in several) for several in (value.queries, value.keys))
        return replace(value, queries=queries, keys=keys)

    def parameters(self, value: Monomial) -> Iterator[mpq]:
        yield value.coefficient

    def change(self, value: Monomial, change: Change) -> Monomial:
        return replace(value, coefficient=change(value.coefficient))


DATA, FORM, NUMBER = Role(), _Form(), _Number()
HERE, KEYS, SCORE, ANY = _Feature("here"), _Feature("keys"), _Feature("score"), _Feature("any")
FORMS, ENTRIES, MONOMIALS = _Several(FORM), _Several(_Entry()), _Several(_Monomial())


@dataclass(frozen=True)
class Operation:
    """One line of the table: the role of each field, whether the value is a site, and what it is written for."""

    roles: Mapping[str, Role]
    site: bool = True
    sums: bool = False
    """Whether its value is summed up before it is stored, so that it may have an accumulator's format."""
    writes: Literal["position", "pair", "operand"] = "position"


OPERATIONS: dict[type, Operation] = {
    Embed: Operation({"table": DATA}),
    Affine: Operation({"form": FORM}, sums=True),
    Product: Operation({"left": HERE, "right": HERE}, sums=True),
    Max: Operation({"forms": FORMS}, sums=True),
    Compare: Operation({"form": FORM, "relation": DATA}, site=False),
    Nearest: Operation({"form": FORM}),
    Table: Operation({"form": FORM, "entries": ENTRIES}),
    Steps: Operation({"form": FORM, "base": NUMBER, "jumps": ENTRIES}),
    Score: Operation({"monomials": MONOMIALS}, sums=True, writes="pair"),
    Attend: Operation({"value": KEYS, "score": SCORE, "mask": DATA, "ties": DATA, "mean": DATA, "total": DATA}),
    Round: Operation({"arg": ANY, "rounding": DATA}, site=False, writes="operand"),
}
READOUTS: dict[type, Mapping[str, Role]] = {
    Accept: {"form": FORM, "place": DATA},
    Outputs: {"forms": FORMS, "labels": DATA},
    Attended: {"head": HERE, "place": DATA},
}


def _complete() -> None:
    given = {kind: line.roles for kind, line in OPERATIONS.items()} | READOUTS
    if set(given) != {*get_args(Op), *get_args(Readout)}:
        raise TypeError("an operation or a readout is not in the table, or is not one")
    for kind, roles in given.items():
        if [each.name for each in fields(kind)] != list(roles):
            raise TypeError(f"the table does not say what each field of {kind.__name__} holds")


_complete()


def _roles(op: Op | Readout) -> Mapping[str, Role]:
    found = OPERATIONS.get(type(op))
    return READOUTS[type(op)] if found is None else found.roles


def reads(op: Op | Readout) -> Iterator[tuple[Feature, Read]]:
    """The features and scores that an operation or a readout reads, with repetitions, and where."""
    return (found for name, role in _roles(op).items() for found in role.features(getattr(op, name)))


def operands(op: Op | Readout) -> Iterator[int]:
    """The features (and scores) that an operation or a readout reads, with repetitions."""
    return (feature for feature, _ in reads(op))


def forms(op: Op | Readout) -> tuple[Form, ...]:
    """The affine forms that an operation or a readout reads."""
    roles = _roles(op)
    several: list[Form] = []
    for name, role in roles.items():
        value = getattr(op, name)
        several += [value] if role is FORM else value if role is FORMS else []
    return tuple(several)


def rename(op: T, new: Sequence[int]) -> T:
    """`op` with every feature k that it reads replaced by new[k]."""
    return _with(op, lambda role, value: role.rename(value, new))


def parameters(op: Op | Readout) -> Iterator[mpq]:
    """The numbers of an operation or a readout that `rounded-parameters` rounds."""
    return (found for name, role in _roles(op).items() for found in role.parameters(getattr(op, name)))


def numbers(op: Op | Readout) -> Iterator[mpq]:
    """All numbers that are written in an operation or a readout; those of embeddings are expressions, and not here."""
    return (found for name, role in _roles(op).items() for found in role.numbers(getattr(op, name)))


def change(op: T, change: Change) -> T:
    """`op` with every parameter changed."""
    return _with(op, lambda role, value: role.change(value, change))


def _with(op: T, renew: Callable[[Role, Any], Any]) -> T:
    return type(op)(**{name: renew(role, getattr(op, name)) for name, role in _roles(op).items()})


def pairwise(ops: Sequence[Op]) -> list[bool]:
    """For each operation whether it has a value for each pair (i, j): a score, or a rounded score."""
    found: list[bool] = []
    for op in ops:
        written = OPERATIONS[type(op)].writes
        found.append(
            written == "pair" or (written == "operand" and any(found[k] for k in operands(op) if k < len(found)))
        )
    return found


def used_scores(ops: Sequence[Op]) -> set[int]:
    """The scores, and the roundings of scores, that some head reads: only these exist, and can fail."""
    used = {feature for op in ops for feature, read in reads(op) if read == "score"}
    for index in range(len(ops) - 1, -1, -1):
        if index in used and OPERATIONS[type(ops[index])].writes == "operand":
            used.update(operands(ops[index]))
    return used


def layers(ops: Sequence[Op]) -> tuple[int, ...]:
    """The number of heads in each layer; a head is one (score, mask, ties), a layer one nesting of attention."""
    depth: list[int] = []
    heads: dict[int, set[tuple[object, ...]]] = {}
    for op in ops:
        below = max((depth[arg] for arg in operands(op)), default=0)
        if isinstance(op, Attend):
            below += 1
            heads.setdefault(below, set()).add((op.score, op.mask, op.ties))
        depth.append(below)
    return tuple(len(heads[layer]) for layer in sorted(heads))
