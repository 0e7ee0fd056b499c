"""The language of a text by its first lines."""

from __future__ import annotations

import pytest

from flows.normalise.language import UNDETERMINED, language_of


@pytest.mark.parametrize(
    ("text", "tag"),
    [
        ("The harbour was closed on Monday, the ministry of transport said.", "en"),
        ("Der Hafen war am Montag geschlossen, teilte das Ministerium für Verkehr mit.", "de"),
        ("Le port est resté fermé lundi, a annoncé le ministère des transports.", "fr"),
        ("El puerto permaneció cerrado el lunes, dijo el ministerio de transporte.", "es"),
        ("港口星期一关闭，交通部发言人在新闻发布会上说，渡轮将于星期二恢复运行。", "zh"),
        ("Порт был закрыт в понедельник, сообщили в министерстве транспорта.", "ru"),
    ],
    ids=["English", "German", "French", "Spanish", "Chinese", "Russian"],
)
def test_a_sentence_is_enough_to_tell(text: str, tag: str):
    found, confidence = language_of(text)
    assert found == tag
    assert 0.5 < confidence <= 1.0


@pytest.mark.parametrize("text", ["", "Ah.", "12 345 678 901 234 567", "!!! ??? --- +++ ***"])
def test_a_text_too_short_to_tell_is_undetermined(text: str):
    assert language_of(text) == (UNDETERMINED, 0.0)


def test_only_the_beginning_is_looked_at():
    english = "The harbour was closed on Monday, the ministry of transport said. " * 10
    german = "Der Hafen war am Montag geschlossen, teilte das Ministerium mit. " * 1_000
    assert language_of(english + german) == language_of(english)


def test_the_same_text_gives_the_same_answer_whatever_came_before():
    text = "The harbour was closed on Monday, the ministry of transport said."
    first = language_of(text)
    language_of("Der Hafen war am Montag geschlossen, teilte das Ministerium mit.")
    assert language_of(text) == first
