"""What somebody meant by a word that no arithmetic has: names from elsewhere, other cases, missing parentheses.

The hint names words that `logbits.encode.arithmetic.text` reads; a test reads them all.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher

FORMS = {
    **dict.fromkeys(("exact", "dyadic", "lit", "quotient", "iterative", "rounded-parameters"), ""),
    **dict.fromkeys(("toward-zero", "floor", "ceil", "nearest-even", "nearest-away", "saturate", "wrap", "error"), ""),
    **dict.fromkeys(("fp16", "bf16", "e4m3fn", "e5m2", "e3m2", "e2m3", "e2m1", "int8"), ""),
    "fixed": "(8)",
    "ufixed": "(8, 7)",
    "float": "(8, 8)",
    "logfloat": "(16)",
    "mx": "(e2m1, 32)",
    "reciprocal": "(0)",
    "scores": "(fixed(16))",
    "accumulators": "(fixed(32))",
    "weights": "(bf16)",
    "denominator": "(fp16, iterative)",
    "Q": "(12)",
    "R": "(0)",
}
"""The words, each with an example of what follows it."""

_KNOWN = {name.lower(): name for name in FORMS}
_OTHERS = {
    "bf16": ("bfloat16", "bfloat", "brain-float", "brainfloat", "brainfloat16"),
    "fp16": ("float16", "half", "half-precision", "f16", "binary16"),
    "float(24, 8)": ("float32", "fp32", "f32", "single", "binary32"),
    "float(53, 11)": ("float64", "fp64", "f64", "double", "binary64"),
    "float(11, 8)": ("tf32",),
    "e4m3fn' or 'e5m2": ("fp8", "float8", "f8"),
    "e4m3fn": ("e4m3", "fp8-e4m3", "fp8-e4m3fn", "float8-e4m3", "float8-e4m3fn", "hf8"),
    "e5m2": ("fp8-e5m2", "float8-e5m2", "bf8"),
    "e2m1": ("fp4", "float4", "f4", "e2m1fn", "fp4-e2m1", "float4-e2m1fn"),
    "e3m2' or 'e2m3": ("fp6", "float6", "f6"),
    "e3m2": ("e3m2fn", "fp6-e3m2", "float6-e3m2fn"),
    "e2m3": ("e2m3fn", "fp6-e2m3", "float6-e2m3fn"),
    "mx(e2m1, 32)": ("mxfp4", "nvfp4", "microscaling", "ocp-mx", "mx4"),
    "mx(e2m3, 32)": ("mxfp6", "mx6"),
    "mx(e4m3fn, 32)": ("mxfp8", "mx8"),
    "mx(int8, 32)": ("mxint8",),
    "int8": ("affine", "qint8", "i8", "quantized"),
    "nearest-even": ("rne", "rn", "rte", "nearest", "round", "rnd", "round-to-nearest", "round-nearest", "even",
                     "banker", "bankers", "ties-to-even", "half-even", "round-half-even", "roundeven",
                     "round-to-nearest-even", "to-nearest", "rounding", "round-to-even"),
    "nearest-away": ("rna", "away", "half-away", "ties-to-away", "half-up", "round-half-up", "ties-away"),
    "toward-zero": ("rtz", "rz", "truncate", "trunc", "truncation", "truncated", "zero", "to-zero", "towards-zero",
                    "towardzero", "round-to-zero", "round-toward-zero", "chop", "cut"),
    "floor": ("rtn", "rdn", "rd", "down", "round-down", "toward-negative", "downward"),
    "ceil": ("rtp", "rup", "ru", "up", "round-up", "toward-positive", "ceiling", "upward"),
    "saturate": ("sat", "saturated", "saturating", "saturation", "clamp", "clip", "clipped"),
    "wrap": ("wraparound", "wrap-around", "wrapping", "modulo", "modular", "mod"),
    "error": ("raise", "trap", "fail", "failure", "nan", "inf", "overflow", "exception"),
    "exact": ("rational", "rationals", "real", "reals", "fraction", "fractions", "infinite", "none", "mpq"),
    "fixed(8)": ("fixedpoint", "fixed-point", "fix", "fp", "bits", "fxp"),
    "lit": ("paper", "literature", "merrill"),
    "quotient": ("mean", "average", "division", "divide", "exact-mean"),
    "iterative": ("sequential", "serial", "running", "left-to-right", "naive"),
    "iterative(right)": ("right-to-left", "reversed", "backward", "backwards"),
    "iterative(tree)": ("pairwise", "tree", "pairs", "butterfly", "binary-tree", "cascade"),
    "iterative(blocks(32))": ("blocks", "blocked", "block", "tiled", "chunked", "chunks", "tiles"),
    "dyadic quotient(12)": ("binary", "f", "dyadics"),
}  # fmt: skip
_MEANT = {word: meant for meant, words in _OTHERS.items() for word in words}
_REFUSED = {
    **dict.fromkeys(("stochastic", "sr", "random", "stochastic-rounding"), "rounding is a rule here, never by chance"),
    **dict.fromkeys(("softmax",), "attention is saturated, or hard, in every arithmetic"),
}
_NUMBERED = {"fixed": "fixed({})", "ufixed": "fixed({})", "fix": "fixed({})", "b": "fixed({})", "bits": "fixed({})"} | {
    "": "fixed({})", "int": "fixed({})", "uint": "fixed({})", "i": "fixed({})", "u": "fixed({})", "s": "fixed({})",
    "logfloat": "logfloat({})", "quotient": "dyadic quotient({})", "dyadic": "dyadic quotient({})", "q": "Q({})",
    "reciprocal": "reciprocal({})", "r": "R({})", "t": "Q({})",
}  # fmt: skip


def meant(word: str) -> str:
    """What to write in place of `word`, with what is in its parentheses; empty where nothing comes close."""
    name, _, inside = word.strip().translate(str.maketrans("[]{}<>", "()()()")).partition("(")
    plain = re.sub(r"[\s_]+", "-", name.strip().lower())
    inside = inside.rpartition(")")[0].strip()
    if plain in _REFUSED:
        return f"{_REFUSED[plain]}; "
    found = _pair(plain) or _numbered(plain) or _MEANT.get(plain) or ""
    if not found and plain in _KNOWN:
        found = _applied(_KNOWN[plain], inside)
    if not found:
        close = max((*_KNOWN, *_MEANT), key=lambda each: SequenceMatcher(None, plain, each).ratio())
        if 4 * SequenceMatcher(None, plain, close).ratio() >= 3:
            found = _applied(_KNOWN[close], inside) if close in _KNOWN else _MEANT[close]
    return f"did you mean '{found}'? " if found and found != word else ""


def _applied(name: str, inside: str) -> str:
    """A word with what was in the parentheses, where it takes as much as was given, else with an example."""
    example = FORMS[name]
    wanted = example.count(",") + 1 if example else 0
    given = inside.count(",") + 1 if inside else 0
    fits = wanted == given or (name, given) in (("fixed", 2), ("reciprocal", 2), ("iterative", 1))
    return f"{name}({inside})" if inside and fits else f"{name}{example}"


def _pair(plain: str) -> str:
    """Formats as they are printed, u8.7, and Qm.f as engineers write them."""
    match = re.fullmatch(r"(u?q|u|s|i)([0-9]{1,3})\.([0-9]{1,3})", plain)
    if match is None:
        return ""
    kind, a, b = match[1], int(match[2]), int(match[3])
    width = a + b if "q" in kind else a
    return f"{'ufixed' if kind[0] == 'u' else 'fixed'}({width}, {b})"


def _numbered(plain: str) -> str:
    """Words with a number behind them, or before "bit": fixed8, q12, int4, 8, 8-bit."""
    match = re.fullmatch(r"([a-z]*)-?([0-9]{1,4})(?:-?bits?)?", plain)
    if match is None or plain in _MEANT or plain in _KNOWN or match[1] not in _NUMBERED:
        return ""
    return _NUMBERED[match[1]].format(int(match[2]))
