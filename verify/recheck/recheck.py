"""Checking what `--proofs` left, alone: no solver is asked, nothing that the record says is believed.

For each length of each claim:

    proof         the clauses are made again from the claim, and the file must hold just these; their form is tested
                  (definitions in order, one asserted literal); the proof is checked against them
    enumeration, bound, vacuous by rules
                  the obligation is derived again: ranges, local lemmas, shared terms, counts
    REFUTED       the word is replayed by the reference run
    solver        nobody can check a solver's word: such lengths are told as unproved

Then the lengths must be all that the claim is about: those that are missing are told.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ...encode.circuit.cnf import FormError, read_dimacs, require_form
from ...encode.claim.claim import Claim
from ..decide.encoder import Encoder, Reading
from ..decide.portion import Portion
from ..decide.reply import Decided, Fault, Open, Reply, Seen, Unseen
from ..decide.ways import WORDS
from ..proof.check import check
from ..proof.proving import clauses_of, is_wrong, proof_of, stem_of
from ..question.question import Texts
from ..reference.pair import Pair
from ..solver.child import DiedError, ExpiredError
from ..verdict.refutation import replay
from ..verdict.verdict import Certificate, spans
from .claimfile import FormatError
from .record import RECORD, Entry, Record, folder, is_decided, read


@dataclass
class Rechecked:
    """What became of one claim: how many lengths of each kind hold, what is wrong, what rests on a solver's word."""

    place: Path
    claim: Claim | None = None
    first: int = 1
    held: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])
    missing: list[int] = field(default_factory=list[int])
    unproved: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    steps: int = 0
    seconds: float = 0.0

    @property
    def well(self) -> bool:
        """Whether everything that the claim needs was checked."""
        return not (self.wrong or self.missing or self.unproved)

    def lines(self) -> list[str]:
        """What there is to tell: one line if all is well, else one more for each fault."""
        about = str(self.claim) if self.claim is not None else str(self.place)
        if self.claim is not None:
            about += f", lengths {self.first}..{self.claim.bound}"
        told = ", ".join(f"{number} by {kind}" for kind, number in sorted(self.held.items())) or "nothing"
        lines = [f"{'ok' if self.well else 'FAILED'}  {about}: {told}"]
        lines += [f"  wrong     {fault}" for fault in self.wrong]
        lines += [f"  unproved  lengths {spans(tuple(n))}: {why}" for why, n in self.unproved.items()]
        lines += [f"  missing   lengths {spans(tuple(self.missing))}"] if self.missing else []
        return lines


def recheck(root: Path, jobs: int, seconds: float, memory: int) -> Iterator[Rechecked]:
    """Checks every claim in a folder, each within a time limit; closing the generator ends every child.

    Raises:
        OSError: for a folder that cannot be read.
        FormatError: for one without any claim.
    """
    places = sorted(place for place in root.iterdir() if place.is_dir())
    strays = sorted(place.name for place in root.iterdir() if not place.is_dir())
    if not places:
        raise FormatError("holds no claim")
    stopping = threading.Event()
    with ThreadPoolExecutor(jobs) as pool:
        try:
            checks = [pool.submit(_Claim(place, seconds, memory, stopping.is_set).check) for place in places]
            yield from (check.result() for check in checks)
        finally:
            stopping.set()
            pool.shutdown(cancel_futures=True)
    if strays:
        yield Rechecked(root, wrong=[f"{root / name} belongs to no claim" for name in strays])


class _Claim:
    """One folder; its time begins when it is its turn."""

    def __init__(self, place: Path, seconds: float, memory: int, stopped: Callable[[], bool]) -> None:
        self.place, self.memory, self.seconds, self.stopped = place, memory, seconds, stopped
        self.deadline = 0.0
        self.result = Rechecked(place)
        self.files = {RECORD}

    def check(self) -> Rechecked:
        begun = time.monotonic()
        self.deadline = begun + self.seconds
        try:
            record = read(self.place / RECORD)
            pair = Pair(record.claim)
        except (FormatError, ValueError, LookupError, ArithmeticError) as error:
            self.wrong(RECORD, str(error))
        except OSError as error:
            self.wrong(RECORD, error.strerror or str(error))
        else:
            self._check(record, pair)
        self.result.seconds = time.monotonic() - begun
        return self.result

    def wrong(self, name: str, what: str) -> None:
        """Records what is wrong with a file."""
        self.result.wrong.append(f"{self.place / name}: {what}")

    def _check(self, record: Record, pair: Pair) -> None:
        claim = record.claim
        self.result.claim, self.result.first = claim, record.first
        if folder(self.place.parent, claim) != self.place:
            self.wrong(RECORD, "is the record of another claim than the folder is named after")
        known = {n: entry for entry in record.entries if is_decided(entry) for n in range(entry.first, entry.last + 1)}
        refuted = [n for n, entry in known.items() if entry.status == "REFUTED"]
        last = min(refuted, default=claim.bound)
        self.result.missing = [n for n in range(record.first, last + 1) if n not in known]
        expected = "VERIFIED" if not self.result.missing else "UNKNOWN"
        if ("REFUTED" if refuted else expected) != record.status.replace("ERROR", "UNKNOWN"):
            self.wrong(RECORD, f"says {record.status}, which its lengths do not")
        if any(length > last for length in known):
            self.wrong(RECORD, "goes on after a refuted length")
        encoder = Encoder(self.memory)
        try:
            for entry in record.entries:
                if is_decided(entry) and entry.first <= last:
                    self._entry(encoder, claim, pair, range(entry.first, min(entry.last, last) + 1), entry)
        except (ExpiredError, DiedError) as error:
            told = "time limit reached" if isinstance(error, ExpiredError) else str(error)
            self.wrong(RECORD, f"could not be checked to its end: {told}")
        finally:
            encoder.kill()
        looked_at = sum(self.result.held.values()) + sum(map(len, self.result.unproved.values()))
        if not looked_at and not self.result.wrong:
            self.wrong(RECORD, "holds nothing that could be checked")
        strays = sorted(file.name for file in self.place.iterdir() if file.name not in self.files)
        for name in strays:
            if is_wrong(name):
                continue  # a question that a solver got wrong, kept to be reported
            self.wrong(name, "belongs to no length of the record")

    def _entry(self, encoder: Encoder, claim: Claim, pair: Pair, lengths: range, entry: Entry) -> None:
        if entry.status == "REFUTED":
            for length in lengths:
                self._refutation(pair, length, entry)
            return
        if entry.evidence == "solver" or (entry.evidence == "vacuous" and entry.solver and not entry.certificate):
            reason = entry.reason or f"the word of {entry.solver}"
            self.result.unproved.setdefault(reason, []).extend(lengths)
            return
        reading = Reading(encoder, claim, Portion(lengths, ""), frozenset({WORDS}))
        while reading.rest:
            several, reply = reading.read(self.deadline, self.stopped)
            for length in several:
                before = len(self.result.wrong)
                fault = self._fault(pair, length, entry, reply)
                if fault:
                    self.wrong(RECORD, f"length {length}: {fault}")
                elif len(self.result.wrong) == before:
                    self.result.held[str(entry.evidence)] += 1

    def _refutation(self, pair: Pair, length: int, entry: Entry) -> None:
        alphabet = pair.claim.program.alphabet
        word = entry.witness or ()
        known = len(word) == length and all(symbol in alphabet for symbol in word)
        if not known or replay(pair, [alphabet.index(symbol) for symbol in word]) is None:
            self.wrong(RECORD, f"length {length}: the word does not break the claim")
        else:
            self.result.held["word"] += 1

    def _fault(self, pair: Pair, length: int, entry: Entry, reply: Reply) -> str:
        """Why the obligation for a length does not hold; empty if it does."""
        certificate = entry.certificate
        if isinstance(reply, Fault):
            return reply.reason
        if not isinstance(reply, (Decided, Open)) or (isinstance(reply, Open) and reply.word is not None):
            return "a word breaks the claim"
        members = reply.members
        if certificate is None:
            if not isinstance(reply, Decided) or reply.evidence != entry.evidence:
                return f"{entry.evidence} cannot be derived again"
        elif certificate.about == "language":
            if not isinstance(members, Unseen):
                return "there is no such question to be proved"
            self._proof(length, certificate, members.texts, members.width)
        elif entry.evidence == "proof":
            if not isinstance(reply, Open):
                return "there is no such question to be proved"
            self._proof(length, certificate, reply.question, reply.width)
        else:
            return f"a proof is no {entry.evidence}"
        if pair.claim.assume is None or isinstance(members, Seen) or entry.evidence == "vacuous":
            return ""
        inside = all(symbol in pair.claim.program.alphabet for symbol in entry.inside)
        if len(entry.inside) == length and inside and pair.member(entry.inside):
            return ""
        return "no word of the assumed language is known"

    def _proof(self, length: int, certificate: Certificate, question: Texts, width: int) -> None:
        stem = stem_of(self.place, length, certificate.about)
        clauses, proof = clauses_of(stem), proof_of(stem)
        self.files |= {clauses.name, proof.name}
        try:
            text = clauses.read_bytes()
            asked = sha256(text).hexdigest()
            if text != question.dimacs.encode():
                self.wrong(clauses.name, "is not the question that the claim asks")
                return
            require_form(read_dimacs(text.decode(), length * width))
            checked = check(clauses, proof, self.deadline, self.memory, self.stopped)
        except FormError as error:
            self.wrong(clauses.name, f"has not the form in which nothing is vacuous: {error}")
        except OSError as error:
            self.wrong(Path(error.filename or clauses).name, error.strerror or str(error))
        else:
            self.result.steps += checked.steps
            if checked.ok is not True:
                self.wrong(proof.name, checked.reason or "does not refute the clauses")
            elif certificate.cnf != asked:
                self.wrong(clauses.name, "is not what the record says")
            elif not checked.refutes(asked, certificate.proof):
                self.wrong(proof.name, "is another proof than the record says, or was changed meanwhile")
