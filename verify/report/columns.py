"""Rows of cells as lines: aligned columns where they fit, the name above the rest where they do not."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

NARROWEST = 20
"""Narrower terminals get lines of this width: a word has to be seen somehow."""


@dataclass(frozen=True)
class Columns:
    """Columns `widths` wide, two spaces apart, those in `right` to the right; `lead` cells name a row."""

    widths: tuple[int, ...]
    right: frozenset[int] = frozenset()
    lead: int = 1

    def fit(self, width: int | None) -> bool:
        """Whether the columns fit into lines of this width; None is no limit."""
        return width is None or sum(self.widths) + 2 * (len(self.widths) - 1) <= width

    def lines(self, cells: Sequence[str], width: int | None) -> list[str]:
        """One row. A cell is never cut: a longer one moves those after it, or goes on in the next line."""
        if not self.fit(width):
            return [*wrap("  ".join(cells[: self.lead]), width), *_packed(cells[self.lead :], width or NARROWEST)]
        padded = [
            cell.rjust(size) if index in self.right else cell.ljust(size)
            for index, (cell, size) in enumerate(zip(cells, self.widths, strict=True))
        ]
        return wrap("  ".join(padded).rstrip(), width, "", "  ")


def fitted(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset(), lead: int = 1) -> Columns:
    """Columns as wide as the widest cell of each."""
    return Columns(tuple(max(map(len, column)) for column in zip(*rows, strict=True)), right, lead)


def _packed(cells: Sequence[str], width: int) -> list[str]:
    """Cells side by side, two spaces apart, as many in a line as fit."""
    lines: list[str] = []
    for cell in filter(None, cells):
        if lines and len(lines[-1]) + 2 + len(cell) <= width:
            lines[-1] += f"  {cell}"
        else:
            lines += wrap(cell, width, "  ", "  ")
    return lines


def wrap(text: str, width: int | None, first: str = "", indent: str = "") -> list[str]:
    """`text` in lines of at most `width`, the first after `first`, the others after `indent`; nothing is left out.

    A line is broken at a space, and anywhere in what is longer than a line.
    """
    if width is None:
        return [first + text]
    return textwrap.wrap(
        text,
        max(width, NARROWEST),
        initial_indent=first,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=True,
    )
