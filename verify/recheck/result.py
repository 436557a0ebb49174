"""What became of checking one record: what holds, what is wrong, and which programs it is about.

It is made in a child, and told by its parent; between them it is JSON data.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from ...encode.claim.claim import Claim
from ..proof.check import Checked
from ..request.identity import Identity, plain, shown, shown_path
from ..verdict.verdict import spans

_MOST = 40
"""The greatest number of faults of a claim that are told one by one."""


@dataclass
class Rechecked:
    """What became of one claim: how many lengths of each kind hold, what is wrong, what rests on a solver's word.

    `about` says what is claimed, and is empty where no record could be read; `claimed` is what it says and nobody can
    check; `vacuous` are the lengths of which nothing was asked. `other_version` tells that it is of another schema.
    `twice` proofs were accepted by both checkers, those of `once` by the first alone, with the reason and the lengths.
    """

    place: Path
    about: str = ""
    programs: list[Identity] = field(default_factory=list[Identity])
    held: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])
    missing: list[int] = field(default_factory=list[int])
    unproved: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    vacuous: list[int] = field(default_factory=list[int])
    claimed: str = ""
    other_version: bool = False
    steps: int = 0
    twice: int = 0
    once: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    seconds: float = 0.0

    @property
    def mistaken(self) -> list[Identity]:
        """The programs that are not what their names say."""
        return [each for each in self.programs if each.stands == "another"]

    @property
    def well(self) -> bool:
        """Whether everything that the claim needs was checked, and its programs are what their names say."""
        return not (self.wrong or self.missing or self.unproved or self.mistaken)

    def fault(self, name: str, what: str) -> None:
        """Records what is wrong with a file of the claim."""
        self.wrong.append(f"{shown(name)}: {plain(what)}")

    def checked(self, length: int, proof: Checked) -> None:
        """Records what the checkers say of a proof about a length."""
        self.steps += proof.steps
        self.twice += proof.twice
        if proof.ok is True and not proof.twice:
            self.once.setdefault(plain(proof.once or "half of the time is over", 120), []).append(length)

    def lines(self) -> list[str]:
        """What there is to tell: what was checked, of which programs, and one more line for each fault."""
        told = ", ".join(f"{number} by {kind}" for kind, number in sorted(self.held.items())) or "nothing"
        proofs = self.twice + sum(map(len, self.once.values()))
        told += f"; {self.twice} of {proofs} proofs checked twice" if proofs else ""
        lines = [f"{'ok' if self.well else 'FAILED'}  {self.about or shown_path(self.place)}: {told}"]
        lines += [f"  {each}" for each in self.programs]
        lines += [f"  vacuous   lengths {spans(tuple(self.vacuous))}: no word is asked about"] if self.vacuous else []
        lines += [f"  once      lengths {spans(tuple(n))}: no second opinion: {why}" for why, n in self.once.items()]
        lines += [f"  wrong     {fault}" for fault in self.wrong[:_MOST]]
        lines += [f"  wrong     and {len(self.wrong) - _MOST} things more"] if len(self.wrong) > _MOST else []
        lines += [f"  wrong     {each.role} {shown(each.name)} is not the {each.model}" for each in self.mistaken]
        lines += [
            f"  unproved  lengths {spans(tuple(n))}: {why} (claimed, not checked)" for why, n in self.unproved.items()
        ]
        lines += [f"  missing   lengths {spans(tuple(self.missing))}"] if self.missing else []
        lines += [f"  claimed, not checked: {self.claimed}"] if self.claimed else []
        return lines

    def data(self) -> dict[str, Any]:
        """JSON data."""
        given: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        return given | {"place": str(self.place), "programs": [asdict(each) for each in self.programs]}


def read_result(data: Mapping[str, Any]) -> Rechecked:
    """What `Rechecked.data` gave."""
    given = dict(data)
    given["place"] = Path(data["place"])
    given["programs"] = [Identity(**each) for each in data["programs"]]
    given["held"] = Counter[str](data["held"])
    return Rechecked(**given)


def about(claim: Claim, first: int) -> str:
    """What is claimed, in one line; names are quoted."""
    asked = str(claim.kind) if claim.other is None else f"{claim.kind} {shown(claim.other.name)}"
    words = "" if claim.assume is None else f", words that {shown(claim.assume.name)} accepts"
    compared = f"{claim.right} against {claim.left}, {asked}{words}"
    return f"{shown(claim.program.name)}: {compared}, lengths {first}..{claim.bound}"
