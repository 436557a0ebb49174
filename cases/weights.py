"""Models that ship beside the catalogue: RASP programs compiled by Tracr, what was trained, and the RASP programs.

`cases/tracr` holds eight RASP programs compiled to float32 by Tracr (Lindner et al. 2023), which nobody here designed;
`cases/trained` what `train.py` there trained with torch. A model is read when it is asked for, from its files.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..encode.model.load import load
from .case import Case
from .tracr_sources import SOURCES

FOLDER = Path(__file__).parent
COMPILED = ("detect_ab", "frac_prevs", "hist", "length", "pair_balance", "reverse", "shift_by_2", "sort_unique")
FILES = {
    **{f"tracr-{name}": FOLDER / "tracr" / f"{name}.json" for name in COMPILED},
    "trained-first": FOLDER / "trained" / "first.json",
}
"""The configuration of each model, by the name that `--model` takes; the weights are beside it."""

NAMES = (*FILES, *SOURCES)
"""All names of models that ship and are not of the catalogue."""


def shipped(name: str) -> Case:
    """The model with this name, one of `NAMES`."""
    if name in FILES:
        return weighted(name)
    return Case(0, name, SOURCES[name](), note=f"the program that {name.replace('rasp', 'tracr', 1)} was compiled from")


def weighted(name: str) -> Case:
    """The model with this name, one of `FILES`."""
    program = replace(load(FILES[name]), name=name)
    return Case(0, name, program, note=f"weights in {FILES[name].relative_to(FOLDER).with_suffix('.safetensors')}")
