import pytest

from api.render.plain import isolated, plain


@pytest.mark.parametrize("text", ["佐藤", "髙橋　𠮷野", 'O\'Brien "Œuvre" 🍣', "עדי לוי", "👨‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "می‌روم", "☕️"])
def test_names_as_people_write_them_stay(text: str) -> None:
    assert plain(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("a\nb\tc\x00", "a\\nb\\tc\\x00"),
        ("a\u202eb", "a\\u202eb"),
        ("a\u2066b\u2069", "a\\u2066b\\u2069"),
        ("a\u2028b", "a\\u2028b"),
        ("a\x9bb", "a\\x9bb"),
        ("a\ufeffb", "a\\ufeffb"),
    ],
)
def test_what_moves_the_cursor_or_hides_is_escaped(text: str, expected: str) -> None:
    assert plain(text) == expected


def test_right_to_left_names_are_isolated_and_others_are_not() -> None:
    name = "עדי"
    assert isolated(name) == f"\u2068{name}\u2069"
    assert isolated("佐藤") == "佐藤"
