"""Reading DIMACS: what is in the text, or an error."""

from __future__ import annotations

import dratify
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from logbits.verify.solver.dimacs import Formula, read
from support.formulas import dimacs

LITERAL = st.integers(1, 20).flatmap(lambda v: st.sampled_from([v, -v]))


@given(st.lists(st.lists(LITERAL, max_size=4), max_size=12), st.sampled_from([" ", "\n", "  ", " \n "]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_what_was_written_is_read(clauses: list[list[int]], space: str, comment: bool) -> None:
    head, _, body = dimacs(20, clauses).partition("\n")
    text = ("c 1 0\n" if comment else "") + head + "\n" + body.replace(" ", space) + ("c end\n" if comment else "")
    assert read(text) == Formula(20, clauses)


@given(st.lists(st.lists(LITERAL, min_size=1, max_size=4, unique_by=abs), max_size=12))
@settings(max_examples=100, deadline=None)
def test_another_reader_reads_the_same(clauses: list[list[int]]) -> None:
    theirs = dratify.parse_dimacs(dimacs(20, clauses), strict=True)
    assert [[dratify.to_dimacs(x) for x in clause] for clause in theirs.clauses] == read(dimacs(20, clauses)).clauses


def test_clauses_are_kept_as_they_stand() -> None:
    assert read("p cnf 3 3\n1 1 -1 0\n0\n2 0\n").clauses == [[1, 1, -1], [], [2]]


def test_a_clause_may_lack_the_last_line_break() -> None:
    assert read("c x\n\np cnf 1 1\n1 0").clauses == [[1]]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "c only\n",
        "1 0\n",
        "p cnf 1\n1 0\n",
        "p cnf 1 1 \n1 0\n",
        "p  cnf 1 1\n1 0\n",
        "p dnf 1 1\n1 0\n",
        "p cnf -1 1\n1 0\n",
        "p cnf 01 1\n1 0\n",
        "p cnf 1 1\np cnf 1 1\n1 0\n",
        "p cnf 1 2\n1 0\n",  # a clause is missing
        "p cnf 1 1\n1 0\n-1 0\n",  # one too many
        "p cnf 1 0\n1 0\n",
        "p cnf 2 1\n1 2\n",  # not closed
        "p cnf 2 2\n1 0\n2\n",
        "p cnf 1 1\n2 0\n",  # beyond the header
        "p cnf 1 1\n-2 0\n",
        "p cnf 2 2\n1 0\n%\n0\n",  # where some readers stop
        "p cnf 2 1\n1 x 0\n",
        "p cnf 2 1\n1 1.5 0\n",
        "p cnf 2 1\n+1 0\n",
        "p cnf 2 1\n- 1 0\n",
        "p cnf 2 1\n--1 0\n",
        "p cnf 2 1\n1-2 0\n",
        "p cnf 2 1\n1 -0\n",
        "p cnf 2 1\n1 00\n",
        "p cnf 2 1\n01 0\n",
        "p cnf 2 1\n1_1 0\n",
        "p cnf 2 1\n\u0661 0\n",
        "p cnf 2 1\n1\t0\n",
        "p cnf 2 1\n1 0\r\n",
        "p cnf 2 1\n1 0\n c late\n",
        "(set-logic QF_BV)\n",
        "p cnf 1 1\n99999999999999999999 0\n",
    ],
)
def test_everything_else_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="not DIMACS"):
        read(text)
