"""SMT-LIB 2 text of a circuit in QF_BV: what the solvers read, what can be exported and looked at.

Every node is a `define-fun` without arguments, in order, and there is exactly one assertion: the form itself shows that
nothing constrains the inputs but the question.
"""

from __future__ import annotations

from collections.abc import Iterable

from .circuit import FALSE, TRUE, Circuit, Node, needed

_NAMES = {"and": "and", "not": "not", "eq": "=", "sle": "bvsle", "ite": "ite", "add": "bvadd", "mul": "bvmul"} | {
    "neg": "bvneg",
    "udiv": "bvudiv",
}


def input_name(position: int) -> str:
    """The SMT-LIB name of the letter at a word position."""
    return f"w{position}"


def script(circuit: Circuit, root: Node, comments: Iterable[str] = (), status: str = "") -> str:
    """The script that asks whether some word makes the Bool `root` true; `status` is the answer where it is known."""
    lines = [f"; {line}" for comment in comments for line in comment.splitlines()]
    lines.append("(set-logic QF_BV)")
    lines += [f"(set-info :status {status})"] if status else []
    lines += [
        f"(declare-const {input_name(position)} (_ BitVec {circuit.code_width}))"
        for position in range(1, circuit.length + 1)
    ]
    for node in needed(circuit, [root]):
        if circuit.ops[node] not in ("number", "input"):
            sort = f"(_ BitVec {circuit.widths[node]})" if circuit.widths[node] else "Bool"
            lines.append(f"(define-fun t{node} () {sort} {_operation(circuit, node)})")
    lines += [f"(assert {_reference(circuit, root)})", "(check-sat)"]
    return "\n".join(lines) + "\n"


def _reference(circuit: Circuit, node: Node) -> str:
    if node in (TRUE, FALSE):
        return "true" if node == TRUE else "false"
    match circuit.ops[node]:
        case "number":
            return f"#b{circuit.payloads[node]:0{circuit.widths[node]}b}"
        case "input":
            return input_name(circuit.payloads[node])
        case _:
            return f"t{node}"


def _operation(circuit: Circuit, node: Node) -> str:
    op, width = circuit.ops[node], circuit.widths[node]
    args = " ".join(_reference(circuit, arg) for arg in circuit.args[node])
    inner = circuit.widths[circuit.args[node][0]]
    match op:
        case "sext":
            return f"((_ sign_extend {width - inner}) {args})"
        case "zext":
            return f"((_ zero_extend {width - inner}) {args})"
        case "low":
            return f"((_ extract {width - 1} 0) {args})"
        case _:
            return f"({_NAMES[op]} {args})"
