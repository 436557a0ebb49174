"""AIGER files, read back by a reader written from the format's description."""

from __future__ import annotations

import pytest
from logbits.encode.circuit.aig import FALSE, TRUE, Aig
from logbits.encode.circuit.aiger import aag, binary
from support.random_graphs import INPUTS, random_graph

Gates = list[tuple[int, int, int]]
NAMES = [f"x[{k}]" for k in range(INPUTS)]


def read(data: bytes) -> tuple[int, Gates, list[int], list[str]]:
    """The number of inputs, the gates, the outputs and the lines that follow, of either form."""
    head, _, data = data.partition(b"\n")
    form, *numbers = head.decode().split(" ")
    most, inputs, latches, outputs, gates = map(int, numbers)
    assert (latches, most) == (0, inputs + gates)

    def line() -> list[int]:
        nonlocal data
        text, _, data = data.partition(b"\n")
        return list(map(int, text.decode().split(" ")))

    def difference() -> int:
        nonlocal data
        value = shift = 0
        while True:
            byte, data = data[0], data[1:]
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    if form == "aag":
        assert [line() for _ in range(inputs)] == [[2 * k + 2] for k in range(inputs)]
    roots = [root for _ in range(outputs) for root in line()]
    found: Gates = []
    for k in range(gates):
        if form == "aag":
            gate, more, less = line()
        else:
            gate = 2 * (inputs + 1 + k)
            more = gate - difference()
            less = more - difference()
        assert gate == 2 * (inputs + 1 + k) > more >= less >= 0
        found.append((gate, more, less))
    assert len(roots) == outputs
    return inputs, found, roots, data.decode().splitlines()


def rebuilt(data: bytes) -> tuple[Aig, list[int], list[str]]:
    inputs, gates, roots, rest = read(data)
    aig = Aig(inputs)
    new = {k: 2 * k for k in range(inputs + 1)}
    for gate, more, less in gates:
        new[gate >> 1] = aig.both(new[more >> 1] ^ (more & 1), new[less >> 1] ^ (less & 1))
    return aig, [new[root >> 1] ^ (root & 1) for root in roots], rest


@pytest.mark.parametrize("seeds", [range(100), range(100, 200)])
def test_what_is_written_is_what_is_read_back(seeds: range) -> None:
    for seed in seeds:
        aig, tables, found = random_graph(seed)
        outputs = [(f"out {k}", literal) for k, (literal, _) in enumerate([*found[-3:], (TRUE, 0), (FALSE, 0), (3, 0)])]
        expected = aig.evaluate([literal for _, literal in outputs], tables.inputs, tables.rows)
        text = aag(aig, NAMES, outputs, ("about", "more\nlines")).encode()
        assert read(text) == read(binary(aig, NAMES, outputs, ("about", "more\nlines")))
        again, literals, rest = rebuilt(text)
        assert again.evaluate(literals, tables.inputs, tables.rows) == expected, seed
        assert rest == [
            *(f"i{k} {name}" for k, name in enumerate(NAMES)),
            *(f"o{k} out {k}" for k in range(6)),
            *("c", "about", "more", "lines"),
        ]


def test_long_differences() -> None:
    aig = Aig(200)
    root = aig.conjunction([aig.input(k) for k in range(1, 201)])
    data = binary(aig, ["x"] * 200, [("all", root)])
    assert read(data) == read(aag(aig, ["x"] * 200, [("all", root)]).encode())
    assert len(read(data)[1]) == 199


def test_a_golden_file() -> None:
    aig = Aig(2)
    x, y = aig.input(1), aig.input(2)
    aig.both(x, y)
    root = aig.differ(x, y ^ 1)
    assert aag(aig, ["a", "b"], [("same", root)], ["note"]) == (
        "aag 5 2 0 1 3\n2\n4\n10\n6 5 2\n8 4 3\n10 9 7\ni0 a\ni1 b\no0 same\nc\nnote\n"
    )
    assert binary(aig, ["a", "b"], [("same", root)]) == (
        b"aig 5 2 0 1 3\n10\n\x01\x03\x04\x01\x01\x02i0 a\ni1 b\no0 same\nc\n"
    )


@pytest.mark.parametrize("names", [[], ["a"], ["a", ""], ["a", "b\nc"], ["a", "b", "c"], ["a", "b\x0cc"]])
def test_names_are_of_one_line(names: list[str]) -> None:
    for write in (aag, binary):
        with pytest.raises(ValueError, match="names"):
            write(Aig(2), names, [("o", 2)])
    with pytest.raises(ValueError, match="names"):
        aag(Aig(0), [], [("", 0)])
