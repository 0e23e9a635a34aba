"""Invented questionnaires of several rounds: questions come, are worded anew, go, move, and get other choices."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from hypothesis import strategies as st

from ingestion.returns.forms import AnswerKind, Form

ROUNDS = ("round-1", "round-2", "round-3")
EDITS = ("add", "reword", "remove", "reorder", "rechoice")
WORDS = ("Yes, always", "No", "In part; mostly", "Never: 0 %", "Weekly", "“Hardly”", "Yes")

# What a question is asked, by its code; what an authority answers, by question and field.
Answers = dict[tuple[str, str], str]


@dataclass
class Questionnaire:
    """The content of `items.yaml` as it grows from round to round."""

    seed: int
    items: list[dict[str, Any]] = field(default_factory=list)
    codes: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        """Begin with three questions, one of each kind."""
        self.chance = random.Random(self.seed)
        for kind in ("choice", "number", "choices"):
            self.add(0, kind)

    def add(self, at: int, kind: str = "choice") -> None:
        """Ask one more question from a round on, anywhere among the others."""
        code = f"Q{next(self.codes)}"
        asked: dict[str, Any] = {"version": 1, "from_round": ROUNDS[at], "wording": f"Is it {code}?"}
        answer: dict[str, Any] = {"code": "answer", "kind": kind}
        if kind in ("choice", "choices"):
            answer["choices"] = [self._choice(number, kind) for number in range(3)]
        asked["fields"] = [answer, {"code": "evidence", "kind": "text"}]
        item = {"code": code, "section": self.chance.choice(("money", "data")), "versions": [asked]}
        self.items.insert(self.chance.randint(0, len(self.items)), item)

    def edit(self, what: str, at: int) -> None:
        """Change something from a round on."""
        asked = [item for item in self.items if "to_round" not in item["versions"][-1]]
        item = self.chance.choice(asked)
        if what == "add":
            self.add(at, self.chance.choice(("choice", "number", "choices", "text")))
        elif what == "reorder":
            self.chance.shuffle(self.items)
            item["section"] = self.chance.choice(("money", "data"))
        elif what == "remove":
            # A form asks something.
            if len(asked) > 1:
                self._end(item, at)
        else:
            version = self._new_version(item, at)
            version["wording"] += " Now?"
            if what == "rechoice":
                self._choose_anew(version["fields"][0])

    def asked(self) -> dict[str, tuple[str, dict[str, str]]]:
        """What is asked just now: the wording of each question, and its choices in words."""
        return {
            item["code"]: (
                item["versions"][-1]["wording"],
                {each["code"]: each["label"] for each in item["versions"][-1]["fields"][0].get("choices", ())},
            )
            for item in self.items
            if "to_round" not in item["versions"][-1]
        }

    def document(self) -> dict[str, Any]:
        """What `items.yaml` holds."""
        return {
            "title": "Trial",
            "rounds": [{"code": code} for code in ROUNDS],
            "sections": [{"code": "money", "title": "Money"}, {"code": "data", "title": "Data: all of it"}],
            "items": self.items,
        }

    def _choice(self, number: int, kind: str) -> dict[str, Any]:
        words = f"{self.chance.choice(WORDS)} ({number})"
        # Several choices stand apart by semicolons, so that none of them may have one.
        label = words.replace(";", ",") if kind == "choices" else words
        return {"code": f"c{number}", "label": label, "order": number + 1}

    def _choose_anew(self, answer: dict[str, Any]) -> None:
        """Let one choice go, let two change their words with each other, and offer one that never was."""
        if "choices" not in answer:
            return
        kept = answer["choices"][1:]
        kept[0]["label"], kept[-1]["label"] = kept[-1]["label"], kept[0]["label"]
        answer["choices"] = [*kept, self._choice(10 + next(self.codes), answer["kind"])]

    def _new_version(self, item: dict[str, Any], at: int) -> dict[str, Any]:
        last: dict[str, Any] = item["versions"][-1]
        if last["from_round"] == ROUNDS[at]:
            return last
        fields = [
            each | ({"choices": [dict(choice) for choice in each["choices"]]} if "choices" in each else {})
            for each in last["fields"]
        ]
        new = last | {"version": last["version"] + 1, "from_round": ROUNDS[at], "fields": fields}
        last["to_round"] = ROUNDS[at - 1]
        item["versions"].append(new)
        return new

    def _end(self, item: dict[str, Any], at: int) -> None:
        if item["versions"][-1]["from_round"] == ROUNDS[at]:
            item["versions"].pop()
        else:
            item["versions"][-1]["to_round"] = ROUNDS[at - 1]
        if not item["versions"]:
            self.items.remove(item)


def histories() -> st.SearchStrategy[tuple[int, list[list[str]]]]:
    """A seed, and what is edited before the second and before the third round."""
    edits = st.lists(st.sampled_from(EDITS), max_size=6)
    return st.tuples(st.integers(0, 10_000), st.lists(edits, min_size=2, max_size=2))


def answers_to(form: Form, authority: str, seed: int) -> Answers:
    """What an authority answers in a round: codes of choices, numbers, text, or nothing."""
    chance = random.Random(f"{seed} {form.round_code} {authority}")
    found: Answers = {}
    for item in form.items:
        answer = item.fields[0]
        if chance.random() < 0.2:
            continue
        if answer.kind is AnswerKind.NUMBER:
            found[item.code, "answer"] = str(chance.randint(0, 99))
        elif answer.kind is AnswerKind.TEXT:
            found[item.code, "answer"] = f"{authority} on {item.code}"
        else:
            picked = chance.sample([choice.code for choice in answer.choices], chance.randint(1, 2))
            in_order = [choice.code for choice in answer.choices if choice.code in picked]
            found[item.code, "answer"] = "; ".join(in_order) if answer.kind is AnswerKind.CHOICES else in_order[0]
        if chance.random() < 0.5:
            found[item.code, "evidence"] = f"Minute {chance.randint(1, 99)} of {authority}"
    return found


def in_words(form: Form, answers: Answers) -> Answers:
    """The same answers as they are chosen from a list: by the words of the choices."""
    return {
        (item.code, each.code): "; ".join(
            {choice.code: choice.label for choice in each.choices}.get(part, part)
            for part in answers[item.code, each.code].split("; ")
        )
        for item in form.items
        for each in item.fields
        if (item.code, each.code) in answers
    }
