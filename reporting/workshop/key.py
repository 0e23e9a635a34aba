"""The key of a workshop: who has which label, drawn by chance, sealed by a hash until the reveal."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from random import Random
from string import ascii_uppercase

# The orders of fourteen labels can all be tried in a day; the nonce cannot be guessed.
NONCE_BITS = 256

# picture -> label -> member
Labels = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Key:
    """Who has which label in each picture, as text that is hashed, and the nonce that is hashed with it."""

    text: str
    nonce: str

    @property
    def commitment(self) -> str:
        """SHA-256 of nonce and key: it is printed beforehand, and tells nothing until both are opened."""
        return sha256(self.hashed.encode()).hexdigest()

    @property
    def hashed(self) -> str:
        """What is hashed: the nonce, a line feed, and the key, without another line feed."""
        return f"{self.nonce}\n{self.text}"

    @property
    def labels(self) -> Labels:
        """Who has which label in each picture."""
        found: Labels = json.loads(self.text)["labels"]
        return found


def draw_labels(picture: int, members: Iterable[str], random: Random) -> dict[str, str]:
    """Give each member a label of this picture, every order as likely: `2C` is the third of the second picture."""
    order = sorted(members)
    random.shuffle(order)
    return {f"{picture}{letter}": member for letter, member in zip(ascii_uppercase, order, strict=False)}


def seal(round_code: str, labels: Labels, random: Random) -> Key:
    """Make the key of a workshop."""
    text = json.dumps({"workshop": round_code, "labels": labels}, sort_keys=True, separators=(",", ":"))
    return Key(text, f"{random.getrandbits(NONCE_BITS):0{NONCE_BITS // 4}x}")


def opens(key: Key, commitment: str) -> bool:
    """Tell whether a key is the one that was committed to."""
    return key.commitment == commitment
