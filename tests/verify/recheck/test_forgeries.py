"""Forged records, by somebody who knows how all digests are made: none is accepted, each is told in one short line.

What is forged are claims, their lengths, their evidence, and the derivations and proofs that stand behind these. Where
a forgery keeps what is said true (a line that nobody needs, twice the same list) it is none, and not in here.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from logbits.cases.catalogue import CASES
from logbits.encode.arithmetic.arithmetic import EXACT
from logbits.encode.arithmetic.text import parse
from logbits.encode.claim.claim import Claim
from logbits.verify.command.api import verify
from logbits.verify.recheck.examine import examine
from logbits.verify.recheck.recheck import recheck
from logbits.verify.recheck.store import folder, write
from logbits.verify.verdict.verdict import Decided, Status, Verdict
from support.forged import Content, Lines, Records, records

Forgery = Callable[[Records], Path]
HEAD = "logbits/derivation/1 2 4"
MERGED = "logbits/derivation/1/merged 2 4"
"""How derivations begin: that of length 4, and those for which it is enough to leave out roundings."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Records that are all right."""
    return records(tmp_path_factory.mktemp("records")).root


@pytest.fixture
def kept(made: Path, tmp_path: Path) -> Records:
    """A copy of them that may be changed."""
    shutil.copytree(made, tmp_path / "records")
    return Records(tmp_path / "records")


def entry(content: Content, length: int) -> dict[str, Any]:
    return next(each for each in content["lengths"] if each["first"] <= length <= each["last"])


def claim(change: Callable[[Content], object], of: str = "derived") -> Forgery:
    """Another record, of another claim or with other lengths."""
    return lambda r: r.record(getattr(r, of), change)


def swap(old: str, new: str, length: int = 4, of: str = "derived") -> Forgery:
    """Another part in a derivation."""
    return lambda r: r.line(getattr(r, of), length, old, new)


def lines(change: Callable[[Lines], object], length: int = 4) -> Forgery:
    """Other lines in a derivation."""
    return lambda r: r.lines(r.derived, length, change)


def data(change: Callable[[bytes], bytes], length: int = 4) -> Forgery:
    """Other bytes in a derivation."""

    def forge(r: Records) -> Path:
        file = r.derived / f"{length}.steps"
        file.write_bytes(change(file.read_bytes()))
        return r.derived

    return forge


def file(change: Callable[[Path], object], name: str = "4.steps", of: str = "derived") -> Forgery:
    """Another file."""

    def forge(r: Records) -> Path:
        change(getattr(r, of) / name)
        return getattr(r, of)

    return forge


def exchanged(of: tuple[str, str], names: tuple[str, str]) -> Forgery:
    """Two files in each other's place."""

    def forge(r: Records) -> Path:
        first, second = (getattr(r, each) / name for each, name in zip(of, names, strict=True))
        content = first.read_bytes()
        first.write_bytes(second.read_bytes())
        second.write_bytes(content)
        return getattr(r, of[0])

    return forge


def evidence(of: str, length: int, word: str) -> Forgery:
    """Other evidence than there is."""
    return claim(lambda c: entry(c, length).update(evidence=word, certificate=None), of)


def bits(number: int) -> Callable[[Content], object]:
    return lambda c: c["claim"]["right"]["format"].update(bits=number)


def kind(name: str, margin: str = "0") -> Callable[[Content], object]:
    return lambda c: c["claim"]["kind"].update(name=name, margin=margin)


def renamed(change: Callable[[Content], object]) -> Callable[[Content], object]:
    """Another program, under a name that no model has."""

    def forge(content: Content) -> None:
        content["claim"]["program"]["name"] = "nobody-knows"
        change(content)

    return forge


def longer(content: Content) -> None:
    """One more length than was asked about."""
    content["claim"]["bound"] += 1
    content["lengths"][-1]["last"] += 1


def fewer(content: Content) -> None:
    content["lengths"][-1]["last"] -= 1


def begun_later(lengths: Lines) -> None:
    lengths[0] = f"{MERGED} 3 0"


def another_run(program: str, n: int, **more: Any) -> Forgery:  # noqa: ANN401
    """The derivations of another claim, with the record of this one."""

    def forge(r: Records) -> Path:
        other = r.root.parent / "other"
        verify(CASES[program].program, n, proofs=other, **more)
        for each in other.glob("*/*.steps"):
            shutil.copy(each, r.derived)
        return r.derived

    return forge


def moved_proof(r: Records) -> Path:
    """The clauses and the proof of length 3, for length 2."""
    for suffix in ("cnf", "drat"):
        shutil.copy(r.proved / f"3.{suffix}", r.proved / f"2.{suffix}")

    def change(content: Content) -> None:
        proof = entry(content, 3)
        content["lengths"] = [
            {**entry(content, 1), "first": 1, "last": 1},
            {**proof, "first": 2, "last": 2},
            proof,
        ]

    return r.record(r.proved, change)


def claimed_proof(r: Records) -> Path:
    """A proof of other clauses: two that contradict each other."""
    (r.proved / "3.cnf").write_text("p cnf 1 2\n1 0\n-1 0\n")
    (r.proved / "3.drat").write_text("0\n")
    return r.proved


def without_language(r: Records) -> Path:
    """Nothing is assumed any more."""
    return r.record(r.assumed, lambda c: c["claim"].update(assume=None))


def negated(program: Content) -> None:
    """An acceptor that accepts what it did not, but where the readout is 0."""
    form = program["readout"]["form"]
    form["const"] = str(-int(form["const"]))
    form["terms"] = [[f"-{c}".removeprefix("--"), feature] for c, feature in form["terms"]]


def emptied(r: Records) -> Path:
    """The language lacks words of length 2, says the last line."""
    r.lines(r.assumed, 2, lambda found: [*found[:-1], "end 0 0"])
    return r.record(r.assumed, lambda c: entry(c, 2).update(evidence="vacuous"))


def last_step(found: Lines) -> int:
    return max(k for k, line in enumerate(found) if line.startswith("= "))


def circular(found: Lines) -> Lines:
    """A step that rests on what comes after it."""
    at = next(k for k, line in enumerate(found) if line.startswith("= equal|"))
    return [*found[: at - 2], found[at], *found[at - 2 : at], *found[at + 1 :]]


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def linked(path: Path) -> None:
    path.rename(path.with_name("elsewhere"))
    path.symlink_to(path.with_name("elsewhere"))


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


FORGERIES: dict[str, Forgery] = {
    # what is claimed
    "fewer bits": claim(bits(2)),
    "fewer bits of counts": claim(bits(1), "counted"),
    "fewer bits, proved": claim(bits(3), "proved"),
    "all exact": claim(kind("exact")),
    "a small error": claim(kind("error", "1/1000")),
    "a small error of counts": claim(kind("error", "1/1000"), "counted"),
    "the same attention": claim(kind("attention")),
    "a greater bound": claim(lambda c: c["claim"].update(bound=5)),
    "one more length": claim(longer),
    "one more length of counts": claim(lambda c: c["claim"].update(bound=7), "counted"),
    "one more length, proved": claim(longer, "proved"),
    "one length less": claim(fewer),
    "lengths from 2 on, named from 1 on": claim(lambda c: c["lengths"][0].update(first=2)),
    "UNKNOWN": claim(lambda c: c.update(status="UNKNOWN")),
    "REFUTED by a word": claim(
        lambda c: (
            c.update(status="REFUTED"),
            entry(c, 1).update(status="REFUTED", evidence=None, witness=["0"], last=1),
        )
    ),
    "rounding": claim(lambda c: c["claim"]["right"].update(rounding="ceil")),
    "overflow": claim(lambda c: (c["claim"]["right"].update(overflow="wrap"), bits(2)(c))),
    "another program": claim(renamed(lambda c: c["claim"]["program"]["readout"]["forms"].reverse())),
    "another language": claim(
        lambda c: (c["claim"]["assume"].update(name="x"), negated(c["claim"]["assume"])), "assumed"
    ),
    "a name like a verdict": claim(lambda c: (c["claim"]["program"].update(name="ok  'x': all holds"), bits(2)(c))),
    "no language": without_language,
    # what stands behind
    "a proof as a derivation": evidence("proved", 3, "derivation"),
    "a proof as thresholds": evidence("proved", 3, "bound"),
    "a proof as counts": evidence("proved", 3, "enumeration"),
    "a derivation as counts": evidence("derived", 1, "enumeration"),
    "a derivation as thresholds": evidence("derived", 1, "bound"),
    "a derivation about no word": evidence("derived", 1, "vacuous"),
    "no word as a derivation": evidence("assumed", 1, "derivation"),
    "no word as counts": evidence("assumed", 1, "enumeration"),
    "a language as empty": evidence("assumed", 2, "vacuous"),
    "counts as a derivation": evidence("counted", 1, "derivation"),
    "counts about no word": evidence("counted", 1, "vacuous"),
    "a solver's word": evidence("derived", 1, "solver"),
    "the proof of another length": moved_proof,
    "the proof of other clauses": claimed_proof,
    "clauses without a proof": file(Path.unlink, "3.drat", "proved"),
    "a derivation without a question": file(Path.unlink, "3.steps", "proved"),
    "a language as empty, in its last line": emptied,
    # files of steps
    "no file": file(Path.unlink),
    "no file before": file(Path.unlink, "2.steps"),
    "a pipe": file(pipe),
    "a link": file(linked),
    "a folder": file(a_folder),
    "empty": data(lambda _: b""),
    "one line": data(lambda d: d[: d.index(b"\n") + 1]),
    "half of it": data(lambda d: d[: len(d) // 2]),
    "without its last byte": data(lambda d: d[:-1]),
    "without its last line": lines(lambda found: found[:-1]),
    "a mark of byte order": data(lambda d: b"\xef\xbb\xbf" + d),
    "CRLF": data(lambda d: d.replace(b"\n", b"\r\n")),
    "NUL": data(lambda d: d.replace(b"|", b"\0", 1)),
    "not ASCII": data(lambda d: d.replace(b"1", "\u0661".encode(), 1)),
    "Latin-1": data(lambda d: d.replace(b"|", b"\xff", 1)),
    "one more line": data(lambda d: d + b"c 1\n"),
    "one more empty line": data(lambda d: d + b"\n"),
    "twice": data(lambda d: d + d),
    "backwards": lines(lambda found: found[:1] + found[-2:0:-1] + found[-1:]),
    "the file of another length": exchanged(("derived", "derived"), ("4.steps", "3.steps")),
    "the file of another record": exchanged(("derived", "assumed"), ("4.steps", "4.steps")),
    "a line of another length": lines(
        lambda found: [*found[:5], "= table|attend hard quotient|0 1 6 2|2|@1", *found[5:]]
    ),
    "another last line": lines(lambda found: [*found[:-1], "end 1 0"]),
    "a last line of nothing": lines(lambda found: [*found[:-1], "end "]),
    # first lines
    "another version": swap("derivation/1", "derivation/2"),
    "another alphabet": swap(f"{MERGED} 3 2", "logbits/derivation/1/merged 3 4 3 2", 3),
    "other positions": swap(f"{MERGED} 3 2", "logbits/derivation/1/merged 2 5 3 2", 3),
    "another length": swap(f"{MERGED} 3 2", f"{MERGED} 2 2", 3),
    "after itself": swap(f"{MERGED} 3 2", f"{MERGED} 3 3", 3),
    "after a greater one": swap(f"{MERGED} 3 2", f"{MERGED} 3 5", 3),
    "after one that is missing": lambda r: (r.derived / "2.steps").unlink() or r.derived,
    "after one before that": swap(f"{MERGED} 3 2", f"{MERGED} 3 1", 3),
    "after none": lines(begun_later, 3),
    "a circle": swap(f"{MERGED} 2 1", f"{MERGED} 2 3", 2),
    "a length of many digits": swap(f"{MERGED} 3 2", f"{MERGED} 3 {'9' * 100_000}", 3),
    "after one of the other pass": swap(f"{MERGED} 3 2", f"{HEAD} 3 2", 3),
    "by the other pass, after one of this": swap(f"{HEAD} 4 0", f"{MERGED} 4 3"),
    "after one of the other pass, by this": swap(f"{HEAD} 4 0", f"{HEAD} 4 3"),
    # lines
    "a step less": lines(lambda found: [line for k, line in enumerate(found) if k != last_step(found)]),
    "a term less": lines(lambda found: [line for k, line in enumerate(found) if k != 2]),
    "a step twice": lines(lambda found: [*found[:-1], found[last_step(found)], found[-1]]),
    "points of a key twice": swap("k domain|39\n", "k domain|39\nk domain|39\n"),
    "points without a key": swap("k domain|39\n", ""),
    "points of another kind": swap("k domain|39", "k one of|39|38"),
    "too few points": swap("t table|39|0 1 1", "t table|39|0 1"),
    "too many points": swap("t table|39|0 1 1", "t table|39|0 1 1 1"),
    "counts of others": swap("k counts|2 39", "k counts|39 2"),
    "an interval without 1": swap("b each|73 69|0 1", "b each|73 69|0 1/2"),
    "an interval for others": swap("b each|73 69|0 1", "b each|69 73|0 1"),
    "an interval that is not known": swap("b each|73 69|0 1|63 66 68 6 7 8\n", ""),
    "an interval of another kind": swap("b each|73 69|0 1", "b some|73 69|0 1"),
    "another value in a table": swap("t table|73 69|0 0 0 0 6 3", "t table|73 69|0 0 0 0 6 4"),
    "0 on the right": swap("= difference|ge|75 81|85", "= difference|ge|75 81|0"),
    "1 on the right": swap("= difference|ge|75 81|85", "= difference|ge|75 81|1"),
    "another key": swap("= table|compare >=|49|0|39", "= table|compare >=|49|0|44"),
    "no key": swap("= table|compare >=|49|0|39", "= table|compare >=|49|0"),
    "a place as a key": swap("= table|compare >=|49|0|39", "= table|compare >=|49|0|@2"),
    "another relation": swap("= sign|compare >=|50|1", "= sign|compare >|50|1"),
    "a strict relation": swap("= one set|compare >=|82|85", "= one set|compare >|82|85"),
    "another mean rule": swap("mean quotient 0 1|73 69", "mean reciprocal(3) 0 1|73 69"),
    "other ties": swap("= chosen|attend saturated", "= chosen|attend hard"),
    "another overflow": swap("toward-zero saturate", "toward-zero wrap", 2),
    "another mode": swap("toward-zero saturate", "ceil saturate", 2),
    "a coarser grid": swap("f 1/128 0 255", "f 1/2 0 255", 2),
    "a narrow format": swap("f 1/128 0 255", "f 1/128 0 1", 2),
    "fewer significant bits": swap("f 1/128 0 255 none", "f 1/128 0 255 1", 2),
    "an invented rule": swap("= difference|ge", "= obviously|ge"),
    "a rule of another operation": swap("= difference|ge", "= levels|ge"),
    "a step that rests on itself": swap("= sign|compare >=|50|1", "= equal|compare >=|50|1"),
    "a step before what it rests on": lines(circular),
    "a term that comes later": swap("a 1 -1*5", "a 1 -1*99"),
    "a term below 0": swap("a 1 -1*5", "a 1 -1*-5"),
    "a term of many digits": swap("a 1 -1*5", f"a 1 -1*{'9' * 100_000}"),
    "a number of many digits": swap("a 1 -1*5", f"a {'9' * 100_000} -1*5"),
    "denominator 0": swap("a 0 1/6*74", "a 0 1/0*74"),
    "an exponent": swap("a 0 1/6*74", "a 0 1e9*74"),
    "an index in brackets": swap("= table|mul|38 6|41|2 39", "= table|mul|38 6|41|@-3"),
    # other claims
    "derived in another arithmetic": another_run("induction-average", 4, bits=3),
    "derived for another model": another_run("prefix-argmax", 4, bits=8),
    "derived for other lengths": another_run("induction-average", 5, bits=8),
}


def test_the_records_are_all_right(made: Path) -> None:
    several = Records(made)
    found = [several.examined(place) for place in sorted(made.iterdir()) if place.is_dir()]
    assert len(found) == 4
    assert all(each.well for each in found), [each.lines() for each in found]


@pytest.mark.parametrize("name", FORGERIES)
def test_what_is_forged_is_not_accepted(name: str, kept: Records) -> None:
    place = FORGERIES[name](kept)
    kept.seal()
    begun = time.monotonic()
    found = kept.examined(place)
    assert not found.well
    told = found.lines()
    assert all(line.isascii() and line.isprintable() and len(line) < 300 for line in told), told
    assert told[0].startswith("FAILED  ")
    assert not any(word in line for line in told for word in ("digest", "is not the record that", "Traceback"))
    assert time.monotonic() - begun < 20


# -- limits


def test_a_million_lines_end_with_the_time(kept: Records) -> None:
    head, *rest, end = (kept.derived / "4.steps").read_text().splitlines(keepends=True)
    (kept.derived / "4.steps").write_text("".join([head, *["a 1 -1*2\n"] * 1_000_000, *rest, end]))
    begun = time.monotonic()
    found = examine(kept.derived, "", 0.5, 2048)
    assert time.monotonic() - begun < 10
    assert found.wrong == ["'claim.json': could not be checked to its end: time limit reached"]


def test_a_line_without_end_is_not_read_to_its_end(kept: Records) -> None:
    head, *rest = (kept.derived / "4.steps").read_text().splitlines(keepends=True)
    (kept.derived / "4.steps").write_text("".join([head, "a 0", " 2" * 10_000_000, "\n", *rest]))
    assert kept.examined(kept.derived).wrong == ["'claim.json': length 4: 4.steps: line 2: is longer than 16 MiB"]


def test_terms_within_terms_are_refused(kept: Records) -> None:
    """Line 2 makes term 6 of 2 and 3, line 3 term 7 of 6 and 2, and so on; then the last is to be a column."""
    depth = 20_000
    deep = "".join(f"t max|{k + 6} 2\n" for k in range(depth))
    text = f"{HEAD} 1 0\nt max|2 3\n{deep}= table|max|2 {depth + 6}|2|@1\nend 0 1\n"
    (kept.derived / "1.steps").write_text(text)
    found = kept.examined(kept.derived)
    assert f"'claim.json': length 1: 1.steps: line {depth + 3}: nested too deep" in found.wrong


def test_a_long_chain_takes_no_longer_than_is_allowed(tmp_path: Path) -> None:
    """Each derivation goes on from the one before: of 2,000 lengths, of which a block has 64."""
    made = Claim(CASES["last"].program, EXACT, parse("fixed(8)"), 2000)
    place = folder(tmp_path, made)
    place.mkdir()
    lengths = tuple(Decided(n, Status.VERIFIED, "derivation") for n in range(1, 2001))
    assert not write(tmp_path, made, Verdict("last", "", "", "", 1, 2000, lengths)).unkept
    for n in range(1, 2001):
        (place / f"{n}.steps").write_text(f"logbits/derivation/1 2 64 {n} {n - 1}\nend 0 1\n")
    begun = time.monotonic()
    found = examine(place, "", 1.0, 2048)
    assert time.monotonic() - begun < 15
    assert not found.well
    assert found.wrong[-1] == "'claim.json': could not be checked to its end: time limit reached"


@pytest.mark.slow
def test_the_command_holds_its_limits(kept: Records) -> None:
    """What takes too much memory ends in the child, and is one line."""
    (kept.derived / "1.steps").write_text(f"{HEAD} 1 0\n" + "".join(f"a {k} 2\n" for k in range(3_000_000)))
    kept.seal()
    found = {each.place: each for each in recheck(kept.root, 1, 120.0, 256)}
    assert not found[kept.derived].well
    assert "could not be checked to its end: memory limit of 256 MiB reached" in found[kept.derived].wrong[0]
    assert found[kept.counted].well
