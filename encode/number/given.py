"""What was given, in few words: how a message names a value that does not fit.

A repr may be a page long, may span lines, or may name an address, which tells nobody anything. A short one is shown as
it is; of everything else the kind is named, and what this package makes has its own name, "a feature" for example.
"""

from __future__ import annotations

import reprlib
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

from gmpy2 import mpq, mpz

LONGEST = 40
"""The greatest number of characters that are shown of a value."""

_OURS = {
    "Arithmetic": "an arithmetic",
    "Builder": "a Builder",
    "Case": "a case",
    "Expression": "a feature",
    "Kind": "a kind of claim",
    "Polynomial": "a score",
    "Position": "a position expression",
    "Program": "a program",
    "Rasp": "a Rasp",
    "SOp": "an s-op",
    "Same": "what == of two position expressions gives",
    "Selector": "a selector",
    "Verdict": "a verdict",
}
_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = LONGEST
_SHORT.maxlong = 30


def described(value: object) -> str:
    """`value` in few words on one line."""
    kind = type(value)
    if kind.__module__.startswith("logbits.") and kind.__name__ in _OURS:
        return _OURS[kind.__name__]
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, (FunctionType, BuiltinFunctionType, MethodType)):
        return f"the function {value.__name__}"
    if isinstance(value, ModuleType):
        return f"the module {value.__name__}"
    if isinstance(value, int) and value.bit_length() > 4 * LONGEST:
        return f"an integer of {value.bit_length()} bits"
    if isinstance(value, mpz) or (isinstance(value, mpq) and value.denominator == 1):
        return described(int(value))
    if isinstance(value, mpq):
        return str(value) if len(str(value)) <= LONGEST else "a fraction"
    shown = _SHORT.repr(value)
    if len(shown) <= LONGEST + 2 and "0x" not in shown and shown.isprintable():
        return shown
    home = "" if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__.split('.')[0]}."
    name = f"{home}{kind.__name__}"
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"
