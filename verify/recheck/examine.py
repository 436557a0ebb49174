"""Checking one record, in the child that does it: no solver is asked, nothing that the record says is believed.

For each length of the claim:

    derivation    both runs are unrolled again; the checker goes through the steps in the file, up to the question,
                  which must have become the number 0
    proof         the same, and clauses are made of the question that the checker accepted; the file must hold just
                  these; their form is tested (definitions in order, one asserted literal); the proof is checked, by two
                  checkers if the second is done within half of the time
    enumeration   every vector of counts is looked at, by the checker of counts
    bound         thresholds of monotone decisions are compared, by the checker of counts
    vacuous       by a derivation that no word is asked about, or by a proof that there is none
    REFUTED       the word is replayed by the reference run
    solver        nobody can check a solver's word: such lengths are told as unproved

Then the lengths must be all that the claim is about: those that are missing are told. And the programs must be those
that their names say (`logbits.verify.request.identity`): a proof about another one proves nothing of it.

So what is trusted is the unrolling, which is compared with the reference run here too, the checker, the circuits that
clauses are made of, and the checkers of proofs. The rules of `logbits.bounds` are not asked.
"""

from __future__ import annotations

import errno
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from ...encode.circuit.cnf import FormError, read_dimacs, require_form
from ...encode.claim.claim import Claim
from ..checker.counts import check_counts
from ..checker.monotone import check_thresholds
from ..checker.refused import Refused
from ..decide.reply import Decided, Open, Seen, Single, Unseen
from ..decide.terms import by_rules, simulated
from ..proof.check import check
from ..proof.derived import MAX_BYTES as MOST
from ..proof.derived import chain, is_derivation, steps_of
from ..proof.files import open_regular, read_regular, require_regular
from ..proof.proving import clauses_of, is_wrong, proof_of, stem_of
from ..question.accepted import Accepted
from ..question.question import Question, Texts
from ..question.simulation import EncodingError
from ..question.trials import Trials
from ..question.workspace import Definition, block
from ..reference.pair import Pair
from ..request.identity import Given, identities, plain, shown
from ..solver.child import ExpiredError
from ..verdict.refutation import replay
from .claimfile import FormatError
from .index import INDEX
from .record import MAX_BYTES, RECORD, Entry, Kept, OtherVersionError, Record, is_decided, parsed
from .result import Rechecked, about
from .store import folder

_LONGEST = 16 << 20
"""The greatest number of bytes in a line of a derivation."""


def examine(
    place: Path,
    listed: str,
    seconds: float,
    memory: int,
    models: Sequence[Given] = (),
    stopped: Callable[[], bool] = lambda: False,
) -> Rechecked:
    """Checks the record in a folder; `listed` is the SHA-256 that the list of claims says it has, empty for none."""
    return _Claim(place, seconds, memory, models, stopped).check(listed)


class _Claim:
    """One folder."""

    def __init__(
        self, place: Path, seconds: float, memory: int, models: Sequence[Given], stopped: Callable[[], bool]
    ) -> None:
        self.place, self.memory, self.models, self.stopped = place, memory, models, stopped
        self.begun = time.monotonic()
        self.deadline = self.begun + seconds
        self.result = Rechecked(place)
        self.files = {RECORD}
        self.second = seconds / 2
        """The seconds that are left for second opinions of proofs."""
        self.accepted: Accepted | None = None
        self.trials: Trials | None = None
        self.read: list[int] = []
        """The lengths of which derivations were accepted there."""

    def check(self, listed: str) -> Rechecked:
        try:
            data = read_regular(self.place / RECORD, MAX_BYTES)
            record = parsed(data)
            self._tell(record)
            if listed and sha256(data).hexdigest() != listed:
                self.wrong(RECORD, f"is not the record that {INDEX} lists")
            self._check(record, Pair(record.claim))
        except FormatError as error:
            self.result.other_version = isinstance(error, OtherVersionError)
            self.wrong(RECORD, str(error))
        except OSError as error:
            self.wrong(Path(str(error.filename or RECORD)).name, error.strerror or str(error))
        except (MemoryError, SystemError):  # the parent sees a dead child
            raise
        except Exception as error:  # of a claim that is written well and makes no sense
            self.wrong(RECORD, f"cannot be checked: {type(error).__name__}: {error}")
        self.result.seconds = time.monotonic() - self.begun
        return self.result

    def wrong(self, name: str, what: str) -> None:
        """Records what is wrong with a file."""
        self.result.fault(name, what)

    def _tell(self, record: Record) -> None:
        """What is claimed, of which programs, and what of it nobody can check."""
        self.result.about = about(record.claim, record.first)
        self.result.programs = identities(record.claim, self.models)
        for each in self.result.programs if self.models else ():
            if each.stands == "unknown":
                self.wrong(RECORD, f"{each.role} {shown(each.name)} neither ships nor is given with --model")
        solvers = [plain(each, 60) for each in record.solvers]
        who = [f"who solved ({'; '.join(solvers)})"] if solvers else []
        self.result.claimed = ", ".join([*who, "versions of software"])

    def _check(self, record: Record, pair: Pair) -> None:
        claim = record.claim
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
        try:
            for entry in record.entries:
                if is_decided(entry) and entry.first <= last:
                    self._entry(pair, range(entry.first, min(entry.last, last) + 1), entry)
        except ExpiredError:
            self.wrong(RECORD, "could not be checked to its end: time limit reached")
        looked_at = sum(self.result.held.values()) + sum(map(len, self.result.unproved.values()))
        if not looked_at and not self.result.wrong:
            self.wrong(RECORD, "holds nothing that could be checked")
        for name in sorted(file.name for file in self.place.iterdir() if file.name not in self.files):
            if not (is_wrong(name) or is_derivation(name)):  # nothing rests on it: kept to be reported, or left over
                self.wrong(name, "belongs to no length of the record")

    def _entry(self, pair: Pair, lengths: range, entry: Entry) -> None:
        if entry.evidence == "solver" or (entry.evidence == "vacuous" and entry.solver and not entry.certificate):
            reason = entry.reason or f"the word of {entry.solver}"
            self.result.unproved.setdefault(plain(reason, 120), []).extend(lengths)
            return
        if entry.evidence in ("enumeration", "bound"):
            self._counted(pair.claim, lengths, entry)
            return
        for length in lengths:
            self.tick()
            before = len(self.result.wrong)
            if entry.status == "REFUTED":
                self._refutation(pair, length, entry)
                continue
            try:
                fault = self._fault(pair, length, entry)
            except (Refused, EncodingError) as error:
                fault = str(error)
            if fault:
                self.wrong(RECORD, f"length {length}: {fault}")
            elif len(self.result.wrong) == before:
                self.result.held[str(entry.evidence)] += 1
                if entry.evidence == "vacuous":
                    self.result.vacuous.append(length)

    def tick(self) -> None:
        """Ends what takes too long.

        Raises:
            ExpiredError: when the time is up.
        """
        if time.monotonic() >= self.deadline or self.stopped():
            raise ExpiredError

    def _refutation(self, pair: Pair, length: int, entry: Entry) -> None:
        alphabet = pair.claim.program.alphabet
        word = entry.witness or ()
        known = len(word) == length and all(symbol in alphabet for symbol in word)
        if not known or replay(pair, [alphabet.index(symbol) for symbol in word]) is None:
            self.wrong(RECORD, f"length {length}: the word does not break the claim")
        else:
            self.result.held["word"] += 1

    def _fault(self, pair: Pair, length: int, entry: Entry) -> str:
        """Why the obligation for a length does not hold; empty if it does.

        Raises:
            Refused, EncodingError: where it does not, too.
            ExpiredError: when the time is up.
        """
        question = self._derived(pair.claim, length)
        return "" if question is None else self._decided(pair, length, entry, question)

    def _counted(self, claim: Claim, lengths: range, entry: Entry) -> None:
        """Lengths that were decided on counts."""
        try:
            if claim.assume is not None or entry.inside:
                raise Refused("words in a language are asked about")
            left, right = claim.twins()
            if entry.evidence == "bound":
                check_thresholds(left, right, claim.kind, lengths, self.tick)
            for length in lengths if entry.evidence == "enumeration" else ():
                check_counts(left, right, claim.kind, length, self.tick)
        except Refused as refused:
            self.wrong(RECORD, f"lengths {lengths.start}..{lengths.stop - 1}: {entry.evidence}: {refused}")
        else:
            self.result.held[str(entry.evidence)] += len(lengths)

    def _derived(self, claim: Claim, length: int) -> Question | None:
        """The question about a length, as the checker accepts it; None where a file is wrong, which is told."""
        try:
            lengths = chain(self.place, length)
            self.files |= {steps_of(self.place, each).name for each in lengths}
            if self.accepted is None or lengths[: len(self.read)] != self.read:
                self.accepted, self.read = Accepted(Definition(claim, block(claim, length)), self.tick), []
            for each in lengths[len(self.read) :]:
                try:
                    self._read(self.accepted, each)
                except BaseException:
                    self.accepted = None
                    raise
            return Question(claim, length, self.accepted)
        except OSError as error:
            self.wrong(Path(str(error.filename or steps_of(self.place, length))).name, error.strerror or str(error))
        except ValueError as error:
            self.wrong(RECORD, f"length {length}: {error}")
        return None

    def _read(self, accepted: Accepted, length: int) -> None:
        path = steps_of(self.place, length)
        try:
            with open_regular(path, MOST) as file:
                accepted.read(_lines(file), length)
        except Refused as refused:
            raise Refused(f"{path.name}: {refused}") from refused
        self.read.append(length)

    def _decided(self, pair: Pair, length: int, entry: Entry, question: Question) -> str:
        """Why the obligation for a length does not hold, whose question was accepted; empty if it does."""
        if self.trials is None or self.trials.pair is not pair:
            self.trials = Trials(pair)
        simulation = simulated(question, self.trials)
        reply: Single = by_rules(replace(simulation, derived=True))
        certificate = entry.certificate
        if not isinstance(reply, (Decided, Open)) or simulation.word is not None:
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
        needed = pair.claim.assume is not None and not isinstance(members, Seen) and entry.evidence != "vacuous"
        if not needed and not entry.inside:
            return ""
        inside = all(symbol in pair.claim.program.alphabet for symbol in entry.inside)
        if pair.claim.assume is not None and len(entry.inside) == length and inside and pair.member(entry.inside):
            return ""
        return "no word of the assumed language is known"

    def _proof(self, length: int, certificate: Kept, question: Texts, width: int) -> None:
        stem = stem_of(self.place, length, certificate.about)
        clauses, proof = clauses_of(stem), proof_of(stem)
        self.files |= {clauses.name, proof.name}
        expected = question.dimacs.encode()
        try:
            text = read_regular(clauses, len(expected) + 1)
            asked = sha256(text).hexdigest()
            if text != expected:
                self.wrong(clauses.name, "is not the question that the claim asks")
                return
            require_form(read_dimacs(text.decode(), length * width))
            require_regular(proof)
            checked = check(clauses, proof, self.deadline, self.memory, self.stopped, self.second)
        except FormError as error:
            self.wrong(clauses.name, f"has not the form in which nothing is vacuous: {error}")
        except OSError as error:
            longer = error.errno == errno.EFBIG
            told = "is not the question that the claim asks" if longer else error.strerror or str(error)
            self.wrong(Path(str(error.filename or clauses)).name, told)
        else:
            self.second = max(0.0, self.second - checked.second)
            self.result.checked(length, checked)
            if checked.ok is not True:
                self.wrong(proof.name, checked.reason or "does not refute the clauses")
            elif certificate.cnf != asked:
                self.wrong(clauses.name, "is not what the record says")
            elif not checked.refutes(asked, certificate.proof):
                self.wrong(proof.name, "is another proof than the record says, or was changed meanwhile")


def _lines(file: BinaryIO) -> Iterator[str]:
    """The lines of a derivation.

    Raises:
        Refused: for one that is too long, does not end, or is not ASCII.
    """
    for number, line in enumerate(iter(lambda: file.readline(_LONGEST + 1), b""), 1):
        if len(line) > _LONGEST:
            raise Refused(f"line {number}: is longer than {_LONGEST >> 20} MiB")
        if not line.endswith(b"\n") or not line.isascii():
            raise Refused(f"line {number}: is not ASCII, or does not end")
        yield line.decode("ascii")
