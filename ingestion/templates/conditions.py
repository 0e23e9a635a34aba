"""What a question depends on: the answer to an earlier one, as `DQ3 in (yearly, regularly)`."""

import re
from dataclasses import dataclass

from ingestion.errors import ClubError
from ingestion.returns.forms import AnswerField, Form, Item

_CONDITION = re.compile(r"(\w+) in \((\w+(?:, *\w+)*)\)")


@dataclass(frozen=True)
class Condition:
    """Which choices of the first answer to another question let a question be asked."""

    item: Item
    choices: tuple[str, ...]

    @property
    def field(self) -> AnswerField:
        """The answer that decides."""
        return self.item.fields[0]

    @property
    def in_words(self) -> str:
        """The condition with the words of the choices: `Only if DQ3 is “Once a year” or “Every month”`."""
        labels = {choice.code: choice.label for choice in self.field.choices}
        return f"Only if {self.item.code} is " + " or ".join(f"“{labels[code]}”" for code in self.choices)


def condition_of(item: Item, form: Form) -> Condition | None:
    """Read the condition of an item of a form; None where it is always asked.

    Raises:
        ClubError: it does not read as a condition, or it names a choice that the form does not have, or a question
            that it does not ask before.
    """
    if not item.applies_if:
        return None
    found = _CONDITION.fullmatch(item.applies_if)
    if found is None:
        raise ClubError(
            f"The condition of {item.code}, '{item.applies_if}', is written as QUESTION in (choice, choice)."
        )
    codes = tuple(re.findall(r"\w+", found[2]))
    earlier = form.items[: form.items.index(item)]
    asked = next((each for each in earlier if each.code == found[1]), None)
    if asked is None:
        raise ClubError(f"The condition of {item.code} names {found[1]}, which the form does not ask before it.")
    known = {choice.code for choice in asked.fields[0].choices}
    if unknown := [code for code in codes if code not in known]:
        raise ClubError(f"The condition of {item.code} names '{unknown[0]}', which is no choice of {asked.code}.")
    return Condition(asked, codes)


def condition_in_words(item: Item, form: Form) -> str:
    """Say when an item is asked; empty where it always is."""
    condition = condition_of(item, form)
    return condition.in_words if condition else ""
