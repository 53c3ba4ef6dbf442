"""Words that say how one asks, not what about."""

from __future__ import annotations

_QUESTIONS = """
什么 哪些 哪个 哪里 哪儿 哪家 哪年 哪一 哪种 哪位 哪 如何 怎么 怎样 怎么样 怎么办 为什么 为何 何时 何地 何 多少 多久
多大 多长 几 几个 几年 谁 吗 呢 是否 能否 可否 有没有 是不是 能不能 可不可以 会不会 要不要 什么时候 什么样 请问 咋 咋办
"""
_IDLE = """
的 了 是 在 有 和 与 及 或 也 都 就 还 被 把 对 从 到 向 由 于 以 之 其 这 那 个 一个 这个 那个 一下 吧 啊 呀 我 我们 你
你们 他 她 它 他们 想 要 需要 可以 能 会 应该 应当 请 想问 了解 知道 根据 有关 相关 进行 以及 因为 所以
"""

QUESTIONS = frozenset(_QUESTIONS.split())
"""Whoever uses one of these asks a question."""

IDLE = QUESTIONS | frozenset(_IDLE.split())
"""Dropped from the words of a question; in a short query every word counts."""

MARKS = "?？"


def is_question(text: str, words: list[str]) -> bool:
    """Tell whether a folded text with these words asks something, rather than naming it."""
    return any(mark in text for mark in MARKS) or any(word in QUESTIONS for word in words)
