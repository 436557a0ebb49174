"""Where things are: the root of the repository, and names of the package to be replaced for one test."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]


def at(path: str) -> tuple[object, str]:
    """The object and the attribute that "logbits.folder.room.module.name" means: `monkeypatch.setattr(*at(…), …)`.

    `logbits.verify` is a function to those who import it, so that a path cannot be followed attribute by attribute.
    """
    parts = path.split(".")
    for size in range(len(parts) - 1, 0, -1):
        try:
            found: object = import_module(".".join(parts[:size]))
        except ModuleNotFoundError:
            continue
        for name in parts[size:-1]:
            found = getattr(found, name)
        return found, parts[-1]
    raise AssertionError(f"nothing is called {path}")
