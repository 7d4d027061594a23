"""Invented residents are valid on paper and differ from seed to seed."""

from datetime import date

from ui.demo.people import check_character, draw

TODAY = date(2026, 11, 22)


def test_the_same_seed_gives_the_same_person() -> None:
    assert draw(7, TODAY) == draw(7, TODAY)


def test_numbers_carry_the_right_check_character() -> None:
    people = [draw(seed, TODAY) for seed in range(200)]
    assert all(each.number[17] == check_character(each.number[:17]) for each in people)
    assert len({each.number for each in people}) == 200


def test_the_check_character_agrees_with_the_published_example() -> None:
    assert check_character("11010519491231002") == "X"


def test_birth_and_sex_agree_with_the_number() -> None:
    for seed in range(50):
        person = draw(seed, TODAY)
        assert person.number[6:14] == f"{person.birth:%Y%m%d}"
        assert (int(person.number[16]) % 2 == 1) == (person.sex == "1")
