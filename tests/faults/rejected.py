"""Which faults in rules the checker of derivations rejects, without any test of the rules.

    python tests/faults/rejected.py [NAME]...

Each listed fault of `bounds/reduce` is put into a copy of the package. Then derivations are made of random questions
and of the catalogue at small lengths, and the checker reads them. What may happen:

    refused     a derivation was refused: nothing that rests on the fault gets through
    broken      the rules ended with an error of their own
    unsound     a derivation was accepted, and what it says of some word is not so: a hole in the checker
    unseen      all derivations were accepted, and are so: the fault was not met, or only makes rules weaker
"""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.setrecursionlimit(10_000)

SEEDS = int(os.environ.get("LOGBITS_FUZZ", "400"))
ARITHMETICS = ("fixed(8)", "Q(4)", "R(2)", "bf16 nearest-even", "fixed(5) iterative", "lit")


def probe() -> str:
    """What becomes of derivations with the rules as they are."""
    from logbits.cases.catalogue import CASES
    from logbits.encode.arithmetic.arithmetic import EXACT
    from logbits.encode.arithmetic.text import parse
    from logbits.encode.claim.claim import Claim
    from logbits.encode.term.terms import evaluate_all
    from logbits.verify.checker.refused import Refused
    from logbits.verify.question.accepted import Deriving
    from logbits.verify.question.workspace import Workspace, block
    from support.random_questions import instance

    def claims() -> list[tuple[Claim, int]]:
        found: list[tuple[Claim, int]] = []
        for name, text, length in itertools.product(CASES, ARITHMETICS, (3, 6)):
            try:
                found.append((Claim(CASES[name].program, EXACT, parse(text), 8), length))
            except ValueError:
                continue
        for seed in range(SEEDS):
            made = instance(seed)
            try:
                found.append((Claim(made.program, made.left, made.right, made.bound, made.assume), made.length))
            except ValueError:
                continue
        return found

    for claim, length in claims():
        try:
            deriving = Deriving(Workspace(claim, block(claim, length)))
            deriving.derive(length)
            made, asked = deriving.accepted.at(length), deriving.accepted.definition.at(length)
        except Refused as refused:
            return f"refused: {refused}"
        except Exception as error:
            return f"broken: {type(error).__name__}: {error}"
        source, terms = asked.terms, made.terms
        for word in itertools.islice(itertools.product(range(source.alphabet), repeat=length), 128):
            whole = [*word, *[0] * (source.length - length)]
            before = evaluate_all(source, whole, [asked.root, asked.member])
            after = evaluate_all(terms, whole, [made.root, made.member])
            if (before[asked.root], before[asked.member]) != (after[made.root], after[made.member]):
                return f"unsound: {claim}, length {length}, on {word}"
    return "unseen"


def outcome(file: str, text: str) -> str:
    """What `probe` says where a file of the package has another text."""
    from trial import FOLDERS, ROOT, TOP

    with tempfile.TemporaryDirectory() as temporary:
        shutil.copytree(ROOT / TOP, Path(temporary, "logbits"))
        for folder in FOLDERS:
            into = Path(temporary, "logbits", folder)
            shutil.copytree(ROOT / folder, into, ignore=shutil.ignore_patterns("__pycache__"))
        Path(temporary, "logbits", file).write_text(text, encoding="utf-8")
        environment = os.environ | {"PYTHONPATH": temporary, "PYTHONDONTWRITEBYTECODE": "1"}
        code = f"import sys; sys.path.insert(0, {str(HERE)!r}); import rejected; print(rejected.probe())"
        command = [sys.executable, "-P", "-c", code]
        try:
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
        except subprocess.TimeoutExpired:
            return "endless"
        return done.stdout.strip() or f"broken: {done.stderr.strip().splitlines()[-1:]}"


def main() -> None:
    """Prints one line for each fault, and how many there are of each kind."""
    from listed import read
    from trial import ROOT

    counted: Counter[str] = Counter()
    for fault in read():
        if fault.file.startswith("bounds/reduce/") and (not sys.argv[1:] or fault.name in sys.argv[1:]):
            text = (ROOT / fault.file).read_text(encoding="utf-8")
            assert text.count(fault.old) == 1, fault
            said = outcome(fault.file, text.replace(fault.old, fault.new))
            counted[said.partition(":")[0]] += 1
            print(f"{fault}\n    {said[:200]}", flush=True)
    print(", ".join(f"{number} {kind}" for kind, number in sorted(counted.items())))


if __name__ == "__main__":
    main()
