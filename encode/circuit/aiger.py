"""And-inverter graph → AIGER, as text ("aag") and in binary ("aig"): for ABC and the tools around it.

The format is that of Biere, Heljanko and Wieringa, "AIGER 1.9 and beyond" (2011), of which circuits without latches use
what the version of 2007 had: a header with the greatest variable and the numbers of inputs, latches, outputs and
gates, these in order, a table of names, comments. Its literals are those of `logbits.encode.circuit.aig`, and in binary
the inputs must be the first variables and each gate greater than its operands, which they are: gates are only
renumbered so that those on which no output depends are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from .aig import Aig, Literal

Output = tuple[str, Literal]
Gate = tuple[Literal, Literal, Literal]


def aag(aig: Aig, names: Sequence[str], outputs: Sequence[Output], comments: Iterable[str] = ()) -> str:
    """The ASCII form: `names` are those of the inputs, outputs have a name each.

    Raises:
        ValueError: for a name that is empty or more than one line, or unless each input has one.
    """
    gates, literals = _compact(aig, outputs)
    lines = [
        f"aag {_counts(aig, gates, literals)}",
        *(str(aig.input(number)) for number in range(1, aig.inputs + 1)),
        *map(str, literals),
        *(f"{gate} {more} {less}" for gate, more, less in gates),
        *_symbols(aig, names, outputs, comments),
    ]
    return "\n".join(lines) + "\n"


def binary(aig: Aig, names: Sequence[str], outputs: Sequence[Output], comments: Iterable[str] = ()) -> bytes:
    """The binary form: inputs are implied, a gate is two differences.

    Raises:
        ValueError: as `aag` does.
    """
    gates, literals = _compact(aig, outputs)
    head = [f"aig {_counts(aig, gates, literals)}", *map(str, literals)]
    body = bytearray()
    for gate, more, less in gates:
        body += bytes((*_varying(gate - more), *_varying(more - less)))
    tail = _symbols(aig, names, outputs, comments)
    return b"".join([_lines(head), bytes(body), _lines(tail)])


def _compact(aig: Aig, outputs: Sequence[Output]) -> tuple[list[Gate], list[Literal]]:
    """The gates that matter, renumbered, as (gate, greater operand, smaller operand), and the outputs."""
    roots = [literal for _, literal in outputs]
    new = {node: node for node in range(aig.inputs + 1)}
    gates: list[Gate] = []
    for node in aig.cone(roots):
        new[node] = len(new)
        # Renumbering keeps the order, so the left operand stays the smaller one.
        less, more = (2 * new[a >> 1] | (a & 1) for a in (aig.left[node], aig.right[node]))
        gates.append((2 * new[node], more, less))
    return gates, [2 * new[root >> 1] | (root & 1) for root in roots]


def _counts(aig: Aig, gates: Sequence[Gate], outputs: Sequence[Literal]) -> str:
    return f"{aig.inputs + len(gates)} {aig.inputs} 0 {len(outputs)} {len(gates)}"


def _symbols(aig: Aig, names: Sequence[str], outputs: Sequence[Output], comments: Iterable[str]) -> list[str]:
    given = [*names, *(name for name, _ in outputs)]
    if len(names) != aig.inputs or any(len(name.splitlines()) != 1 for name in given):
        raise ValueError(f"{aig.inputs} names of inputs, and names of one line, are needed")
    table = [f"i{number} {name}" for number, name in enumerate(names)]
    table += [f"o{number} {name}" for number, (name, _) in enumerate(outputs)]
    return [*table, "c", *(line for comment in comments for line in comment.splitlines())]


def _lines(lines: Sequence[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _varying(number: int) -> Iterator[int]:
    """A number in groups of seven bits, the lowest first; all bytes but the last have their top bit set."""
    while number >= 0x80:
        yield number & 0x7F | 0x80
        number >>= 7
    yield number
