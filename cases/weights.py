"""Models with weights that ship: RASP programs compiled by Tracr, and what was trained.

`cases/tracr` holds eight RASP programs compiled to float32 by Tracr (Lindner et al. 2023), which nobody here designed;
`cases/trained` what `train.py` there trained with torch. A model is read when it is asked for, from its files.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..encode.load import load
from .case import Case

FOLDER = Path(__file__).parent
COMPILED = ("detect_ab", "frac_prevs", "hist", "length", "pair_balance", "reverse", "shift_by_2", "sort_unique")
FILES = {
    **{f"tracr-{name}": FOLDER / "tracr" / f"{name}.json" for name in COMPILED},
    "trained-first": FOLDER / "trained" / "first.json",
}
"""The configuration of each model, by the name that `--model` takes; the weights are beside it."""


def weighted(name: str) -> Case:
    """The model with this name, one of `FILES`."""
    program = replace(load(FILES[name]), name=name)
    return Case(0, name, program, note=f"weights in {FILES[name].relative_to(FOLDER).with_suffix('.safetensors')}")
