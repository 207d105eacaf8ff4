"""The catalogue of sentences: complete in every language, with the same values in each."""

from string import Formatter

import pytest

from solver.domain.language import LANGUAGES, catalogue, say, speaking, spoken
from solver.domain.wording import between, counted


@pytest.mark.parametrize("key", catalogue())
def test_a_sentence_exists_in_every_language_with_the_same_values(key: str) -> None:
    texts = catalogue()[key]
    assert sorted(texts) == sorted(LANGUAGES)
    values = {frozenset(name for _, name, _, _ in Formatter().parse(text) if name) for text in texts.values()}
    assert len(values) == 1
    assert all(text.strip() for text in texts.values())


def test_the_language_holds_inside_only() -> None:
    with speaking("ja"):
        assert (spoken(), between(1, 3)) == ("ja", "1〜3")
        assert (between(None, 3, "people"), between(2, 2, "days"), between(0, 9, "minutes")) == (
            "3人まで",
            "ちょうど2日",
            "9分まで",
        )
        with speaking("en"):
            assert between(1, 3) == "1 to 3"
        assert between(None, 3) == "3まで"
    assert (spoken(), between(None, 3)) == ("en", "at most 3")


def test_a_number_has_its_noun_in_the_right_form() -> None:
    assert [counted(n, "open_day") for n in (0, 1, 2)] == ["0 open days", "1 open day", "2 open days"]
    with speaking("ja"):
        assert counted(1, "backup") == "1人"


def test_a_sentence_that_is_not_there_is_a_defect() -> None:
    with pytest.raises(KeyError):
        say("words.nothing_of_the_kind")
