"""What ACL2 says of our LRAT proofs: a checker that is itself proved to accept refutations only. Run by hand.

    python tests/audit/acl2.py [FOLDER]...

It needs `apt-get install acl2-books` (Debian; half a GB to fetch, 3.6 GB on the disk), of which it uses the books
`projects/sat/lrat`, by Heule, Hunt and Kaufmann. Their theorem `soundness` says that a formula for which
`proved-formula` accepts a file has no model. Two of their checkers are asked: `stobj-based`, which reads LRAT as text,
and `incremental`, of which the theorem is, and which reads it compressed. That one prints which formula it proved, and
this is compared with the clauses that it was given, so that its reader of DIMACS need not be believed.

The proofs are those in folders that `--proofs` left; without any, of claims that are decided here, and of pigeonholes,
by each solver that leaves proofs: some two minutes. Each is also broken: with a literal turned, without the hints of a
line, without its last line, and with another clause in the formula. ACL2 must accept all that are whole, and of the
others just those that `logbits.verify.proof.lrat` accepts. The status is 1 where it does not, 2 where it is missing.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1]))

from logbits.cases.catalogue import CASES
from logbits.verify.command.api import verify
from logbits.verify.proof import lrat, rup
from logbits.verify.solver.ask import missing
from logbits.verify.solver.dimacs import read
from logbits.verify.solver.table import BACKENDS
from support.formulas import dimacs, pigeonhole, speaking

SECONDS = 600
MISSING = "acl2 is missing: apt-get install acl2-books"
BOOK = "projects/sat/lrat/{}/run"


class Sample(NamedTuple):
    """A formula and its proof: DIMACS without comments, which these checkers do not read, and LRAT."""

    name: str
    cnf: str
    proof: str


def kept(root: Path) -> Iterator[Sample]:
    """The proofs in a folder that `--proofs` left."""
    for file in sorted(root.rglob("*.drat")):
        text = file.with_suffix(".cnf").read_text(encoding="ascii")
        yield sample(f"{file.parent.name}/{file.stem}", text, file.read_text(encoding="ascii"))


def sample(name: str, text: str, drat: str) -> Sample:
    formula = read(text)
    return Sample(name, dimacs(formula.variables, formula.clauses), rup.lrat(text, drat, 10 * rup.VISITS))


def made(folder: Path) -> Iterator[Sample]:
    """Proofs of claims and of pigeonholes."""
    verify(CASES["palindrome"].program, 8, arithmetic="fixed(8) nearest-even", against="fixed(8)", proofs=folder)
    verify(CASES["dyck1-relu"].program, 9, bits=9, proofs=folder)
    yield from kept(folder)
    for solver in speaking("dimacs"):
        for holes in () if missing(solver) else (4, 6):
            text = dimacs(*pigeonhole(holes))
            session = BACKENDS[solver].open_proving(text, 1, 1)
            assert session.check() is False
            yield sample(f"pigeonhole({holes}) by {solver}", text, "".join(session.proof()))


def broken(whole: Sample) -> Iterator[Sample]:
    """The proof, or the formula, with something gone or changed."""
    lines = whole.proof.splitlines(keepends=True)
    added = [at for at, line in enumerate(lines) if " d " not in line]
    at = added[len(added) // 2]
    number, *words = lines[at].split()
    clause, hints = words[: words.index("0")], words[words.index("0") + 1 : -1]
    turned = [str(-int(clause[0])), *clause[1:]] if clause else []
    changes = {"a literal turned": (turned, hints), "no hints": (clause, [])}
    for what, (literals, used) in changes.items():
        line = " ".join([number, *literals, "0", *used, "0"]) + "\n"
        yield whole._replace(name=what, proof="".join([*lines[:at], line, *lines[at + 1 :]]))
    yield whole._replace(name="no last line", proof="".join(lines[:-1]))
    formula = read(whole.cnf)
    used = {int(word) for at in added for word in lines[at].split(" 0 ")[-1].split()[:-1]}
    which = min(used) - 1
    clauses = [*formula.clauses[:which], [1, -2], *formula.clauses[which + 1 :]]
    yield whole._replace(name="another clause", cnf=dimacs(formula.variables, clauses))


def compressed(proof: str) -> bytes:
    """LRAT as drat-trim compresses it: numbers of seven bits a byte, the sign as the last bit."""

    def number(value: int) -> bytes:
        rest, parts = 2 * abs(value) + (value < 0), bytearray()
        while rest > 127:
            parts.append(rest & 127 | 128)
            rest >>= 7
        return bytes([*parts, rest])

    def line(words: list[str]) -> bytes:
        kind, rest = (b"d", words[2:]) if words[1] == "d" else (b"a", words)
        return kind + b"".join(number(int(word)) for word in rest)

    return b"".join(line(each.split()) for each in proof.splitlines())


def accepts(checker: str, given: Sample, folder: Path) -> bool:
    """Whether ACL2 says VERIFIED, and of this formula.

    Raises:
        RuntimeError: when it says neither that nor anything else that it says of proofs.
    """
    printed = folder / "printed"
    printed.unlink(missing_ok=True)
    (folder / "cnf").write_text(given.cnf, encoding="ascii")
    (folder / "proof").write_bytes(compressed(given.proof) if checker == "incremental" else given.proof.encode())
    done = subprocess.run(
        ["acl2"],
        input=f'(include-book "{BOOK.format(checker)}" :dir :system)\n(lrat::lrat-check "cnf" "proof")\n',
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder), "LRAT_PRINT_FORMULA": str(printed)},
        timeout=SECONDS,
        check=False,
    )
    said = [line for line in done.stdout.splitlines() if line.startswith("s ")]
    if said == ["s VERIFIED"] and done.returncode == 0:
        if checker == "incremental" and printed.read_text().splitlines() != given.cnf.splitlines()[1:]:
            raise RuntimeError(f"{given.name}: ACL2 proved another formula")
        return True
    if said == ["s FAILED"] or "ACL2 Error" in done.stdout or "ACL2 ERROR" in done.stdout:
        return False
    raise RuntimeError(f"{given.name}: ACL2 ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-500:]}")


def main() -> int:
    """Prints one line a proof."""
    parser = argparse.ArgumentParser(description="ACL2's verified checker on our LRAT proofs")
    parser.add_argument("folders", nargs="*", type=Path, help="what --proofs left")
    asked = parser.parse_args()
    if shutil.which("acl2") is None:
        parser.error(MISSING)
    version = subprocess.run(["acl2"], input="", capture_output=True, text=True, timeout=SECONDS, check=False)
    print(next((line.strip() for line in version.stdout.splitlines() if "ACL2 Version" in line), "ACL2"))
    accepted = refused = bad = 0
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        samples = [each for root in asked.folders for each in kept(root)] or list(made(folder / "proofs"))
        for each in samples:
            for case in (each, *broken(each)):
                ours = lrat.judge(case.cnf, case.proof).ok
                theirs = [accepts(checker, case, folder) for checker in ("stobj-based", "incremental")]
                well = theirs == [ours, ours] and (ours or case is not each)
                accepted, refused, bad = accepted + all(theirs), refused + (not any(theirs)), bad + (not well)
                told = "accepted" if all(theirs) else "rejected" if not any(theirs) else "by one"
                name = case.name if case is each else f"  {case.name}"
                wrong = "" if well else f"  WRONG: logbits {'accepts' if ours else 'rejects'} it"
                print(f"{told:9}{name}{wrong}", flush=True)
    print(f"{accepted} accepted and {refused} rejected by both of ACL2's checkers, {bad} not as by ours")
    return int(bad > 0)


if __name__ == "__main__":
    sys.exit(main())
