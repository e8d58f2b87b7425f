"""The kernel for the second derivative, and why the popular answer is wrong."""

from __future__ import annotations

from kernelkit import Kernel, certify, derivative, derive, minimal
from kernelkit.report.model import Answer, Check, Problem

PROBLEM = Problem(
    slug="second-derivative",
    title={"en": "A kernel for the second derivative", "zh": "求二阶导数的核"},
    question={
        "en": "Which kernel computes the second derivative of a signal? What is the smallest one?",
        "zh": "哪个核可以求信号的二阶导数？最小的核是多大？",
    },
    source="Dive into Deep Learning, section 6.2, exercise on hand-made kernels",
)

_TEXT = {
    "en": (
        "The kernel is {taps}, divided by the square of the sample spacing h. What it computes differs from the "
        "second derivative by {error}. It has {count} taps, and no kernel for a second derivative has fewer. "
        "The answer {popular} that circulates on the web gives {popular_gain} times the second derivative: "
        "the sign is wrong."
    ),
    "zh": (
        "所求的核是 {taps}，再除以采样间隔 h 的平方。它与二阶导数之差为 {error}。"
        "它有 {count} 个系数；求二阶导数的核不能更少。"
        "网上流传的答案 {popular} 得到的是二阶导数的 {popular_gain} 倍：符号反了。"
    ),
}


def solve() -> Answer:
    """Derive the kernel, prove it minimal, and examine the popular answer."""
    target = derivative(2)
    kernel = derive(target)
    certificate = certify(kernel, target)
    popular = Kernel.from_array([-1, 2, -1])
    examined = certify(popular, target)
    smallest = minimal(target)
    (term,) = certificate.leading_terms
    return Answer(
        text=_TEXT,
        facts={
            "taps": [int(tap) for _, tap in kernel.taps],
            "error": f"{term.coefficient} h^{term.h_power} f^({term.derivative[0]})",
            "count": smallest.count,
            "popular": [int(tap) for _, tap in popular.taps],
            "popular_gain": examined.gain,
        },
        checks=(
            Check("the derived kernel is consistent", certificate.consistent),
            Check(
                "the derived kernel has the fewest taps anywhere",
                smallest.optimal and smallest.count == len(kernel),
            ),
            Check("the popular kernel does not compute the second derivative", not examined.consistent),
        ),
    )
