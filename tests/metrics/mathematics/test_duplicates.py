"""Names are as alike as Winkler printed, and evidence adds up the way a person would judge."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from metrics.mathematics.duplicates import Record, compare, duplicates, groups, jaro_winkler, plain_name, plain_phone


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("MARTHA", "MARHTA", 0.9611),
        ("DIXON", "DICKSONX", 0.8133),
        ("DWAYNE", "DUANE", 0.8400),
        ("A", "B", 0),
        ("", "", 1),
    ],
)
def test_as_winkler_printed_it(a: str, b: str, alike: float) -> None:
    assert round(jaro_winkler(a, b), 4) == alike
    assert round(jaro_winkler(b, a), 4) == alike


def test_what_does_not_make_a_name_another() -> None:
    assert plain_name("Müller, Eva") == plain_name("EVA MULLER")
    assert plain_name("Nordlicht GmbH & Co. KG") == plain_name("nordlicht")
    assert plain_name("GmbH") == "gmbh"
    assert plain_phone("+49 (0)30 1234-5678") == plain_phone("030 12345678")


EVA = Record(1, "Eva Müller", "eva@example.com", "030 12345678", "10115")


def test_the_same_mail_and_name_are_one() -> None:
    pair = compare(EVA, Record(2, "Eva Muller", "EVA@example.com"))
    assert pair.chance > 0.99
    assert pair.reasons == ["e-mail", "name"]


def test_only_a_name_is_not_enough_and_another_mail_speaks_against_it() -> None:
    alone = compare(EVA, Record(2, "Eva Müller"))
    other = compare(EVA, Record(3, "Eva Müller", "e.mueller@example.org"))
    assert 0.1 < alone.chance < 0.5
    assert other.chance < alone.chance


def test_a_family_on_one_phone_is_not_one() -> None:
    assert compare(EVA, Record(2, "Jonas Weber", phone="030 12345678", postcode="10115")).chance < 0.5


def test_pairs_the_likeliest_first_and_who_belongs_together() -> None:
    records = [
        EVA,
        Record(2, "Eva Mueller", "eva@example.com"),
        Record(3, "Eva Müller", phone="+49 30 12345678"),
        Record(4, "Jonas Weber", "jonas@example.com", "040 99", "20095"),
        Record(5, "Nobody"),
    ]
    found = duplicates(records)
    assert {frozenset([pair.first.key, pair.second.key]) for pair in found} == {frozenset([1, 2]), frozenset([1, 3])}
    assert [pair.chance for pair in found] == sorted((pair.chance for pair in found), reverse=True)
    assert groups(found) == [{1, 2, 3}]


def test_a_mail_everybody_has_is_no_mark() -> None:
    assert duplicates([Record(i, email="info@example.com") for i in range(60)]) == []


words = st.text("abcdef", max_size=10)


@given(words, words)
def test_likeness_lies_between_0_and_1_and_is_1_for_the_same(a: str, b: str) -> None:
    assert 0 <= jaro_winkler(a, b) <= 1
    assert jaro_winkler(a, a) == 1
