"""What went and what came can be put together to the old and the new text again."""

from hypothesis import given
from hypothesis import strategies as st

from sunlit.screens.differences import LONG, Change, compare

words = st.text(alphabet="甲乙丙。，1234 ab\n", max_size=60)


def test_a_changed_figure_is_marked_as_a_whole():
    assert compare("罚款 5000 元", "罚款 6000 元") == [
        Change("罚款 "),
        Change("5000", "gone"),
        Change("6000", "new"),
        Change(" 元"),
    ]


@given(words, words)
def test_both_texts_can_be_read_from_the_comparison(old, new):
    changes = compare(old, new)
    assert "".join(change.text for change in changes if change.kind != "new") == old
    assert "".join(change.text for change in changes if change.kind != "gone") == new


def test_long_texts_are_compared_sentence_by_sentence():
    old = "第一条 为了节约用水。" * 600
    assert len(old) > LONG
    new = old.replace("第一条 为了节约用水。", "第一条 为了爱惜用水。", 1)
    assert [change.kind for change in compare(old, new)][:2] == ["gone", "new"]
