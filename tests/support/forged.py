"""Records that somebody forges who knows how all digests are made."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from logbits.cases.catalogue import CASES
from logbits.verify.command.api import verify
from logbits.verify.recheck import index
from logbits.verify.recheck.claimfile import text
from logbits.verify.recheck.examine import examine
from logbits.verify.recheck.record import RECORD, parsed
from logbits.verify.recheck.result import Rechecked
from logbits.verify.recheck.store import folder
from logbits.verify.request.identity import digest
from support.small_programs import needs_solver

Content = dict[str, Any]
Lines = list[str]


@dataclass
class Records:
    """A folder with four records that are all right."""

    root: Path

    def of(self, model: str) -> Path:
        """The folder of the record about a model."""
        [found] = self.root.glob(f"{model}-[0-9a-f]*")
        return found

    @property
    def derived(self) -> Path:
        """Four lengths of `induction-average`, each derivation going on from that of the length before."""
        return self.of("induction-average")

    @property
    def proved(self) -> Path:
        """Three lengths, the last by a proof."""
        return self.of("needs-solver")

    @property
    def assumed(self) -> Path:
        """Four lengths of `dyck1-relu`, of which words that `dyck1` accepts are asked about."""
        return self.of("dyck1-relu")

    @property
    def counted(self) -> Path:
        """Six lengths of `majority`."""
        return self.of("majority")

    def lines(self, place: Path, length: int, change: Callable[[Lines], object]) -> Path:
        """Changes the lines of a derivation."""
        file = place / f"{length}.steps"
        lines = file.read_text().splitlines()
        made = change(lines)
        file.write_text("\n".join([*(made if isinstance(made, list) else lines), ""]))
        return place

    def line(self, place: Path, length: int, old: str, new: str) -> Path:
        """Replaces a part of a derivation, the first time that it occurs."""
        file = place / f"{length}.steps"
        data = file.read_text()
        assert old in data, (file, old)
        file.write_text(data.replace(old, new, 1))
        return place

    def record(self, place: Path, change: Callable[[Content], object]) -> Path:
        """Changes a record, with its digests and the name of its folder."""
        content = json.loads((place / RECORD).read_bytes())
        del content["digest"]
        change(content)
        claim = content["claim"]
        content["digests"] = {
            name: digest(part)
            for name, part in (("program", claim["program"]), ("arithmetic", claim["right"]), ("claim", claim))
        }
        data = text(content | {"digest": digest(content)}).encode()
        (place / RECORD).write_bytes(data)
        moved = folder(self.root, parsed(data).claim)
        return place if moved == place else Path(shutil.move(place, moved))

    def seal(self) -> None:
        """Lists all records as they are now."""
        places = [place for place in self.root.iterdir() if place.is_dir()]
        digests = {place.name: sha256((place / RECORD).read_bytes()).hexdigest() for place in places}
        index.write(self.root, dict(digests))

    def examined(self, place: Path) -> Rechecked:
        """What is found, in this process."""
        return examine(place, (index.read(self.root) or {}).get(place.name) or "", 20.0, 2048)


def records(root: Path) -> Records:
    """Makes the records."""
    verify(CASES["induction-average"].program, 4, bits=8, proofs=root)
    verify(needs_solver(), 3, arithmetic="fixed(9)", proofs=root)
    verify(CASES["dyck1-relu"].program, 4, bits=8, assume=CASES["dyck1"].program, proofs=root)
    verify(CASES["majority"].program, 6, bits=6, proofs=root)
    return Records(root)
