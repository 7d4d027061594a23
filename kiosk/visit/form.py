"""The form of one item: which questions apply, and whether their answers stand."""

from kiosk.catalogue.items import Choice, Item, Question
from kiosk.catalogue.pack import Catalogue
from kiosk.catalogue.rules import accepts, holds
from kiosk.visit import address
from kiosk.visit.person import Person


class Form:
    """The questions of one item for one person, in the order of the pack."""

    def __init__(self, item: Item, person: Person, catalogue: Catalogue) -> None:
        self.item = item
        self.person = person
        self.catalogue = catalogue

    def questions(self) -> tuple[Question, ...]:
        """What is asked in the form now; promises wait for the signature."""
        return tuple(each for each in self._applying("form") if each.kind != "promise")

    def promises(self) -> tuple[Question, ...]:
        """The promises that apply now."""
        return tuple(each for each in self._applying("form") if each.kind == "promise")

    def guide_fields(self) -> tuple[Question, ...]:
        """Fields of the form that are asked before identification."""
        return self._applying("guide")

    def question(self, key: str) -> Question | None:
        """A question that can be opened now, also one of the guide; else nothing."""
        both = (*self.questions(), *self.guide_fields())
        return next((each for each in both if each.key == key), None)

    def option(self, question: Question) -> Choice | None:
        """The chosen option of a choice."""
        value = self.person.answers.get(question.key, "")
        return next((each for each in question.options if each.value == value), None)

    def is_answered(self, question: Question) -> bool:
        """Tell whether the stored answer stands; an optional question may be empty."""
        person = self.person
        if question.asked_in == "guide":
            return accepts(question, person.guide.get(question.key, ""))
        value = person.answers.get(question.key, "")
        if question.kind == "address" and value:
            return address.is_whole(self.catalogue, person.addresses.get(question.key, {}))
        chosen = self.option(question)
        if chosen is not None and chosen.text_required:
            return bool(person.texts.get(question.key))
        return accepts(question, value)

    def next_open(self) -> Question | None:
        """The first question that was not passed yet or whose answer does not stand."""
        return next(
            (
                each
                for each in self.questions()
                if each.key not in self.person.asked or not self.is_answered(each)
            ),
            None,
        )

    def drop_unasked(self) -> None:
        """Forget answers to questions that no longer apply: they must not be sent."""
        known = {each.key for each in self.questions()}
        person = self.person
        for holder in (person.answers, person.texts, person.addresses):
            for key in [each for each in holder if each not in known]:
                del holder[key]

    def _applying(self, asked_in: str) -> tuple[Question, ...]:
        person = self.person
        return tuple(
            each
            for each in self.item.questions
            if each.asked_in == asked_in and holds(each.when, person.plain(), person.guide)
        )
