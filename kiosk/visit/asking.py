"""One question a page: where the resident stands in the form, and what an act does there.

An address is asked level by level, outermost first; a choice that wants words of its
own gets a page for them. A question opened alone (修改) can be undone by going back.
"""

import copy
from typing import Any

from kiosk.catalogue.items import Question
from kiosk.catalogue.rules import accepts, normalise
from kiosk.visit import address
from kiosk.visit.form import Form
from kiosk.visit.pages import DetailPart, Option, QuestionKind, QuestionModel

_OWN_WORDS = "words"
_TYPED_LENGTH = 40
_TEL_LENGTH = 11


class Asking:
    """The page of one question; every method that finishes the question returns True."""

    def __init__(self, form: Form, region: str) -> None:
        self._form = form
        self._person = form.person
        self._region = region
        self._question: Question | None = None
        self._level = ""
        self._part = "lane"
        self._typed = ""
        self._invalid = False
        self._before: tuple[dict[str, Any], ...] | None = None

    @property
    def alone(self) -> bool:
        """The question was opened from a list and leads back there."""
        return self._before is not None

    def open(self, question: Question, *, alone: bool = False, inmost: bool = False) -> None:
        """Stand on a question.

        Args:
            question: which.
            alone: it was opened from a list; going back undoes what is done here.
            inmost: start with the last page of a whole address.
        """
        self._question = question
        self._before = copy.deepcopy(self._holders()) if alone else None
        level = ""
        if question.kind == "address":
            proposal = address.start(self._form.catalogue, self._region)
            self._person.addresses.setdefault(question.key, proposal)
            whole = inmost and self._form.is_answered(question)
            level = address.LEVELS[-1 if whole else 0]
        self._enter(level)

    def choose(self, value: str) -> bool:
        """Choose an option; one that is not on the page is ignored."""
        question = self._question
        if question is None or value not in {each.value for each in self._options(question)}:
            return False
        if question.kind == "address":
            address.choose(self._parts(question), self._level, value)
            self._enter(address.LEVELS[address.LEVELS.index(self._level) + 1])
            return False
        if question.asked_in == "guide":
            self._person.guide[question.key] = value
            return self._done(question)
        self._person.answers[question.key] = value
        option = self._form.option(question)
        if option is not None and option.text_max:
            self._enter(_OWN_WORDS)
            return False
        self._person.texts.pop(question.key, None)
        return self._done(question)

    def type_text(self, value: str) -> None:
        """Take over what is typed so far; what is too long or no digit is ignored."""
        question = self._question
        if question is None:
            return
        kind = self._kind(question)
        if kind is QuestionKind.DETAIL:
            if address.type_part(self._parts(question), self._part, value):
                self._invalid = False
        elif kind is not QuestionKind.CHOICE:
            clean = normalise(question, value) if kind is QuestionKind.TEL else value
            if len(clean) <= self._limit(question):
                self._typed = clean
                self._invalid = False

    def focus_part(self, key: str) -> None:
        """Make one part of an address the one that is typed into."""
        if key in dict(address.PARTS):
            self._part = key

    def confirm(self) -> bool:
        """下一题: check the page; if it does not stand, the page says why."""
        question = self._question
        if question is None:
            return False
        kind = self._kind(question)
        if kind is QuestionKind.CHOICE:
            return self.choose(self._value(question))
        if kind is QuestionKind.DETAIL:
            return self._confirm_address(question)
        value = normalise(question, self._typed)
        own_words = self._level == _OWN_WORDS
        self._invalid = not (bool(value) if own_words else accepts(question, value))
        if self._invalid:
            return False
        (self._person.texts if own_words else self._person.answers)[question.key] = value
        return self._done(question)

    def skip(self) -> bool:
        """不填: only where the question is optional."""
        question = self._question
        if question is None or question.required:
            return False
        self._person.answers.pop(question.key, None)
        return self._done(question)

    def back(self) -> bool:
        """One page back inside the question or the form; False where that leads out of it."""
        question = self._question
        if question is None:
            return False
        if self._level in {_OWN_WORDS, *address.LEVELS[1:]}:
            before = address.LEVELS.index(self._level) - 1 if self._level != _OWN_WORDS else None
            self._enter("" if before is None else address.LEVELS[before])
            return True
        questions = self._form.questions()
        if self.alone or question not in questions or question == questions[0]:
            return False
        self.open(questions[questions.index(question) - 1], inmost=True)
        return True

    def undo(self) -> None:
        """Put back what was there before the question was opened alone."""
        if self._before is not None:
            for holder, kept in zip(self._holders(), self._before, strict=True):
                holder.clear()
                holder.update(kept)

    def following(self) -> Question | None:
        """The question behind this one in the form."""
        questions = self._form.questions()
        if self._question not in questions:
            return self._form.next_open()
        place = questions.index(self._question) + 1
        return questions[place] if place < len(questions) else None

    def model(self) -> QuestionModel | None:
        """The page."""
        question = self._question
        if question is None:
            return None
        kind = self._kind(question)
        detail = kind is QuestionKind.DETAIL
        choice = kind is QuestionKind.CHOICE
        return QuestionModel(
            key=question.key,
            kind=kind,
            label=question.ask,
            why=question.why,
            options=self._options(question) if choice else (),
            value=self._value(question),
            badge=self._badge(question),
            optional=not question.required,
            invalid=self._invalid,
            error=question.error if self._invalid else "",
            level=self._level if question.kind == "address" else "",
            path=self._path(question),
            parts=self._detail(question) if detail else (),
            active_part=self._part if detail else "",
            max_length=0 if choice or detail else self._limit(question),
            returning=self.alone,
        )

    def _holders(self) -> tuple[dict[str, Any], ...]:
        person = self._person
        return (person.guide, person.answers, person.texts, person.addresses)

    def _enter(self, level: str) -> None:
        question = self._question
        self._level = level
        self._part = "lane"
        self._invalid = False
        stored = self._person.texts if level == _OWN_WORDS else self._person.answers
        self._typed = stored.get(question.key, "") if question else ""

    def _done(self, question: Question) -> bool:
        person = self._person
        person.asked.add(question.key)
        if self._before is not None and list(self._before) != list(self._holders()):
            person.changed.add(question.key)
        return True

    def _confirm_address(self, question: Question) -> bool:
        parts, catalogue = self._parts(question), self._form.catalogue
        self._invalid = not address.is_whole(catalogue, parts)
        if self._invalid:
            return False
        self._person.answers[question.key] = address.text(catalogue, parts)
        return self._done(question)

    def _parts(self, question: Question) -> address.Parts:
        return self._person.addresses.setdefault(question.key, {})

    def _kind(self, question: Question) -> QuestionKind:
        if self._level == _OWN_WORDS:
            return QuestionKind.TEXT
        if question.kind == "address":
            detail = self._level == address.LEVELS[-1]
            return QuestionKind.DETAIL if detail else QuestionKind.CHOICE
        return QuestionKind.TEL if question.kind == "tel" else QuestionKind.CHOICE

    def _options(self, question: Question) -> tuple[Option, ...]:
        catalogue = self._form.catalogue
        if self._kind(question) is not QuestionKind.CHOICE:
            return ()
        if question.kind == "address":
            names = address.options(catalogue, self._parts(question), self._level)
            return tuple(Option(name, name) for name in names)
        return tuple(Option(each.value, each.label) for each in question.options)

    def _value(self, question: Question) -> str:
        kind = self._kind(question)
        if question.kind == "address":
            return self._parts(question).get(self._level, "")
        if kind in {QuestionKind.TEL, QuestionKind.TEXT}:
            return self._typed
        asked = self._person.guide if question.asked_in == "guide" else self._person.answers
        return asked.get(question.key, "")

    def _badge(self, question: Question) -> str:
        if question.kind != "address" or self._level != "district":
            return ""
        proposal = address.start(self._form.catalogue, self._region)
        first = question.key not in self._person.asked
        return "terminal" if first and self._parts(question) == proposal else ""

    def _path(self, question: Question) -> tuple[str, ...]:
        if self._level == _OWN_WORDS:
            option = self._form.option(question)
            return (option.label,) if option else ()
        if question.kind != "address":
            return ()
        above = address.LEVELS[: address.LEVELS.index(self._level)]
        return tuple(self._parts(question).get(level, "") for level in above)

    def _detail(self, question: Question) -> tuple[DetailPart, ...]:
        parts = self._parts(question)
        return tuple(
            DetailPart(name, parts.get(name, ""), optional) for name, optional in address.PARTS
        )

    def _limit(self, question: Question) -> int:
        if self._level == _OWN_WORDS:
            option = self._form.option(question)
            return option.text_max if option else _TYPED_LENGTH
        if question.kind == "tel":
            return _TEL_LENGTH
        return question.max_length or _TYPED_LENGTH
