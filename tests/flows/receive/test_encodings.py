"""Bytes to text: which encoding is taken, and why bytes are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.receive import Decoded, FieldMapping, RawDocument, Rejection, decode
from flows.receive.documents import sha256_of

ENGLISH = (
    "The ministry said on Tuesday that exports rose. “We’re pleased,” said Renée O’Dell – "
    "owner of the first café to hold the post… It doesn’t change much."
)
RUSSIAN = "Министерство сообщило во вторник, что экспорт вырос. «Мы довольны», — сказала она."
SIMPLIFIED = "商务部周二表示，今年前三个月的出口增长了百分之七。“我们感到满意，”发言人林晓说。"
TRADITIONAL = "經濟部週二表示，今年前三個月的出口成長了百分之七。「我們感到滿意，」發言人說。"
JAPANESE = (
    "経済産業省は火曜日、今年の輸出が七パーセント増えたと発表した。「満足している」と述べた。"
)
KOREAN = "산업부는 화요일 올해 첫 석 달 동안 수출이 늘었다고 밝혔다. 새 규정은 삼월부터 시행된다."
POLISH = "Ministerstwo ogłosiło we wtorek, że eksport wzrósł. „Jesteśmy zadowoleni z wyników”."
FRENCH = "Le ministère a annoncé mardi que les ventes avaient augmenté. « Très bien », dit Hélène."


def raw(content: bytes, media_type: str = "text/plain", member: str | None = None) -> RawDocument:
    return RawDocument(
        "file:///landing/a.txt", member, content, media_type, sha256_of(content), None
    )


def rejected(content: bytes) -> Rejection:
    found = decode(raw(content))
    assert isinstance(found, Rejection), found
    assert found.stage == "receive"
    assert found.message.startswith("a.txt: ")
    assert "\n" not in found.message
    return found


def decoded(content: bytes) -> Decoded:
    found = decode(raw(content))
    assert isinstance(found, Decoded), found
    return found


@pytest.mark.parametrize(
    ("text", "codec", "encoding"),
    [
        (ENGLISH, "cp1252", "windows-1252"),
        (FRENCH, "cp1252", "windows-1252"),
        (RUSSIAN, "cp1251", "windows-1251"),
        (SIMPLIFIED, "gb18030", "gb18030"),
        (TRADITIONAL, "gb18030", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (JAPANESE, "shift_jis", "shift_jis"),
        (JAPANESE, "euc_jp", "euc-jp"),
        (JAPANESE, "iso2022_jp", "iso-2022-jp"),
        (KOREAN, "euc_kr", "euc-kr"),
        (POLISH, "cp1250", "windows-1250"),
        *((text, "utf-8", "utf-8") for text in (ENGLISH, RUSSIAN, SIMPLIFIED, KOREAN)),
        *((text, "utf-16-le", "utf-16-le") for text in (ENGLISH, RUSSIAN, "一 " + SIMPLIFIED)),
        *((text, "utf-16-be", "utf-16-be") for text in (ENGLISH, RUSSIAN, "一 " + SIMPLIFIED)),
        (ENGLISH, "utf-32-le", "utf-32-le"),
        (ENGLISH, "utf-8-sig", "utf-8-sig"),
        (SIMPLIFIED, "utf-16", "utf-16-le"),
        (SIMPLIFIED, "utf-32", "utf-32-le"),
    ],
)
def test_a_text_is_read_in_its_own_encoding(text: str, codec: str, encoding: str) -> None:
    assert decoded(text.encode(codec)) == Decoded(text, encoding, {})
    assert decoded((text * 500).encode(codec)).encoding == encoding


@pytest.mark.parametrize(
    "text",
    [
        "The ministry doesn’t say.",
        "Officials called it “normal” on Tuesday.",
        "The fund paid £5m for the site.",
        "By José Muñoz in Bogotá",
        "GDP grew 3½ percent, or about €40 billion, at 20°C – “fine”.",
        "PARIS — Ms. Müller’s naïve résumé…",
    ],
)
def test_english_with_few_accents_and_curly_quotes_is_windows_1252(text: str) -> None:
    assert decoded(text.encode("cp1252")) == Decoded(text, "windows-1252", {})


@pytest.mark.parametrize("characters", [10, 20, 40])
def test_short_chinese_is_still_told_apart(characters: int) -> None:
    for text, codec in ((SIMPLIFIED, "gb18030"), (TRADITIONAL, "big5")):
        assert decoded(text[:characters].encode(codec)).encoding == codec


def test_big_endian_bytes_with_a_mark_are_read_and_the_mark_is_dropped() -> None:
    content = b"\xfe\xff" + ENGLISH.encode("utf-16-be")
    assert decoded(content) == Decoded(ENGLISH, "utf-16-be", {})


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_a_byte_that_windows_1252_does_not_define_is_refused_with_its_offset(byte: int) -> None:
    content = ENGLISH.encode("cp1252") + b" " + bytes([byte]) + b" end"
    found = rejected(content)
    assert found.rules == ("document.undecodable",)
    offset = len(ENGLISH.encode("cp1252")) + 1
    assert f"byte {offset:,} (0x{byte:02X}) is not windows-1252" in found.message


def test_chinese_with_one_broken_character_is_not_read_as_russian() -> None:
    content = SIMPLIFIED.encode("gb18030") + b"\xff\xff" + SIMPLIFIED.encode("gb18030")
    found = rejected(content)
    assert found.rules == ("document.undecodable",)
    assert "is not gb18030" in found.message


def test_utf_8_with_one_bad_byte_is_not_garbled_into_another_encoding() -> None:
    content = SIMPLIFIED.encode() + b"\xff" + SIMPLIFIED.encode()
    found = rejected(content)
    assert found.rules == ("document.undecodable",)
    assert f"byte {len(SIMPLIFIED.encode()):,} (0xFF) is not utf-8" in found.message


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("“The ferries lie still,” the café’s owner said.", "cp1252"),
        ("港口的渡轮星期二停航，码头上没有人。", "gb18030"),
    ],
)
@pytest.mark.parametrize("utf_8_first", [True, False])
def test_lines_in_two_encodings_are_set_aside_as_what_they_are(
    text: str, codec: str, utf_8_first: bool
) -> None:
    lines = [f"{text}\n".encode(), f"{text}\n".encode(codec)]
    content = b"Ferries lie still\n" + b"".join(lines if utf_8_first else lines[::-1])
    found = rejected(content)
    assert found.rules == ("document.mixed_encodings",)
    line = 3 if utf_8_first else 2
    assert f"UTF-8, and another in line {line}; save all of it as UTF-8" in found.message


@pytest.mark.parametrize("codec", ["cp1252", "gb18030"])
def test_one_line_that_is_utf_8_by_chance_does_not_make_two_encodings(codec: str) -> None:
    text = {"cp1252": ENGLISH, "gb18030": SIMPLIFIED}[codec]
    assert decoded((text + "\n联通\n" * (codec == "gb18030")).encode(codec)).text.startswith(text)


def test_the_reason_names_the_first_lines_in_another_encoding_and_counts_the_others() -> None:
    content = "café’s\n".encode() * 4 + "café’s\n".encode("cp1252") * 5
    assert "another in line 5, 6, 7 and 2 more" in rejected(content).message


@pytest.mark.parametrize("codec", ["utf-8", "gb18030", "utf-16"])
def test_a_text_cut_inside_a_character_is_truncated(codec: str) -> None:
    found = rejected((SIMPLIFIED + "说").encode(codec)[:-1])
    assert found.rules == ("document.truncated",)
    assert "ends inside a character" in found.message


def test_no_encoding_makes_sense_of_noise() -> None:
    noise = bytes((index * 89 + index * index * 7) % 90 + 0xA5 for index in range(3000))
    assert rejected(noise).rules == ("document.undecodable",)


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "document.empty"),
        (b" \r\n\t ", "document.blank"),
        ("\ufeff\u200b\u00a0\u3000\u2028".encode(), "document.blank"),
        (b"\xff\xfe", "document.blank"),
        (b"PK\x03\x04\x14\x00 and so on", "document.binary"),
        (b"\x1f\x8b\x08\x00 and so on", "document.binary"),
        (b"%PDF-1.7\n1 0 obj", "document.binary"),
        (b"{\\rtf1\\ansi Rain fell.}", "document.binary"),
        (bytes(range(256)) * 4, "document.binary"),
        (b"Rain fell \x00 all day long in the north of the country.", "document.nul"),
        ("Rain fell \u202eyad lla".encode(), "document.bidi_override"),
        ("Rain fell \u202dall day".encode(), "document.bidi_override"),
        (b"Rain \xed\xa0\x80 fell", "document.surrogate"),
        (b"\xff\xfeR\x00\x00\xd8a\x00", "document.surrogate"),
        (b"\xff\xfeR\x00a", "document.truncated"),
        (b"\xff\xfe\x00\x00R\x00\x00\x00\x00\xd8\x00\x00", "document.surrogate"),
        (b"\xef\xbb\xbfRain \xff", "document.undecodable"),
    ],
)
def test_bytes_that_are_no_article_are_refused_by_their_rule(content: bytes, rule: str) -> None:
    assert rejected(content).rules == (rule,)


def test_the_offset_counts_the_byte_order_mark() -> None:
    assert "byte 8 (0xFF)" in rejected(b"\xef\xbb\xbfRain \xff fell").message


def test_every_fault_of_a_text_is_named() -> None:
    found = rejected("Rain fell all through the day \u202e and \x00 all night".encode())
    assert found.rules == ("document.nul", "document.bidi_override")


def test_a_replacement_character_already_in_the_text_is_kept() -> None:
    assert decoded("Caf\ufffd owners cheered.".encode()).text == "Caf\ufffd owners cheered."


def test_a_stray_control_character_is_left_to_the_normaliser() -> None:
    assert decoded(b"Rain fell \x07 all day long in the north.\x1a").encoding == "utf-8"


def test_what_is_not_read_is_refused_by_its_media_type_alone() -> None:
    found = decode(raw(b"<p>Rain</p>", media_type="application/pdf"))
    assert isinstance(found, Rejection)
    assert found.rules == ("document.unsupported",)


def test_a_document_with_a_problem_keeps_it() -> None:
    problem = Rejection("receive", ("archive.escape",), "why")
    document = RawDocument("file:///a.zip", "../a", b"Rain", "text/plain", "0", problem)
    assert decode(document) is problem


def test_a_name_cannot_break_the_line_of_a_message() -> None:
    document = RawDocument("file:///a%0Ab.txt", "\x1b[31m", b"", "text/plain", "0", None)
    found = decode(document)
    assert isinstance(found, Rejection)
    assert found.message.startswith("a\\nb.txt, \\x1b[31m: ")


@given(st.binary(max_size=400), st.sampled_from(["text/plain", FieldMapping().media_type]))
def test_any_bytes_are_a_text_or_a_rejection(content: bytes, media_type: str) -> None:
    found = decode(raw(content, media_type))
    assert isinstance(found, Decoded | Rejection)
    if isinstance(found, Decoded):
        found.text.encode("utf-8")
    else:
        assert found.message.isprintable()


@given(st.text(min_size=1), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_what_is_decoded_encodes_back_to_the_same_bytes(text: str, codec: str) -> None:
    found = decode(raw(text.encode(codec)))
    if isinstance(found, Decoded) and found.encoding != "utf-8":
        mark = "" if codec == "utf-8" else "\ufeff"
        encoding = found.encoding.removesuffix("-sig")
        assert (mark + found.text).encode(encoding) == text.encode(codec)
