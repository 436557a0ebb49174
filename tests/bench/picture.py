"""The picture of `rivals`: for each family a row of markers on a logarithmic axis, readable without colour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl  # pyright: ignore[reportMissingImports]

if TYPE_CHECKING:
    from bench.rivals import Result

HATCHES = {"z3": "", "bitwuzla": "////", "cvc5": "\\\\\\\\", "CP-SAT": "xxxx", "numpy": "....", "ABC": "----"}
"""One for each rival; ours is black."""


def draw(results: list[Result], limit: int, folder: Path) -> None:
    """Writes rivals.svg and rivals.png: bars with their number, one panel for each family."""
    mpl.use("Agg")
    mpl.rcParams["svg.fonttype"] = "none"
    mpl.rcParams["svg.hashsalt"] = "rivals"  # the same file for the same numbers
    mpl.rcParams["hatch.linewidth"] = 0.6
    from matplotlib import pyplot  # pyright: ignore[reportMissingImports]

    columns = 2
    figure, axes = pyplot.subplots(
        -(-len(results) // columns),
        columns,
        figsize=(10, 2.4 * -(-len(results) // columns)),
        sharex=True,
        squeeze=False,
    )
    for axis in axes.flat[len(results) :]:
        axis.axis("off")
    for axis, result in zip(axes.flat, results, strict=False):
        names = list(result.reaches)
        for place, name in enumerate(names):
            reach = result.reaches[name]
            ours = name == "logbits"
            colour, hatch = ("black", "") if ours else ("white", HATCHES[name])
            axis.barh(place, max(reach.n, 1), color=colour, edgecolor="black", hatch=hatch, height=0.72)
            weight = "bold" if ours else "normal"
            axis.text(max(reach.n, 1) * 1.12, place, str(reach), va="center", fontsize=8, fontweight=weight)
        axis.set_yticks(range(len(names)), names, fontsize=8)
        axis.invert_yaxis()
        axis.set_xscale("log", base=2)
        axis.set_xlim(1, 1 << 19)
        axis.set_xticks([1 << k for k in range(0, 17, 4)], [f"{1 << k}" for k in range(0, 17, 4)])
        axis.tick_params(labelbottom=True, labelsize=8)
        axis.set_title(result.model, fontsize=10, loc="left")
        axis.spines[["top", "right"]].set_visible(False)
    figure.suptitle(
        f"Largest length n decided in {limit} CPU seconds: a rival decides length n alone, logbits every length 1..n",
        fontsize=10,
    )
    figure.tight_layout()
    figure.savefig(folder / "rivals.svg", metadata={"Date": None})
    figure.savefig(folder / "rivals.png", dpi=130)
