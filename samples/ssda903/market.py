"""The places for an authority's children: carers, homes and schools, all of them invented.

Postcodes have the right form in areas that the Royal Mail does not use, so no real address has one of them.
"""

import random
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from samples.members import members

AREAS = {
    "birmingham": "BM", "coventry": "CJ", "dudley": "DU", "herefordshire": "HF", "sandwell": "SX",
    "shropshire": "SF", "solihull": "SU", "staffordshire": "SZ", "stoke-on-trent": "SB",
    "telford-and-wrekin": "TK", "walsall": "WB", "warwickshire": "WK", "wolverhampton": "WU",
    "worcestershire": "WY",
}  # fmt: skip
INWARD = "ABDEFGHJLNPQRSTUWXYZ"
HOMES, CARERS = (1, 20), (21, 40)  # districts: no child is placed next door to its own home


class Placement(NamedTuple):
    """The place where a child lives; `place` as the day's code set has it, provider and URN only where due."""

    place: str
    provider: str = ""
    post: str = ""
    urn: str = ""


@dataclass(frozen=True)
class Market:
    """The places and providers that one authority uses."""

    area: str
    neighbours: tuple[str, ...]
    fostering: str
    adoption: str
    agencies: tuple[tuple[str, str], ...]  # provider code and URN
    adoption_agencies: tuple[tuple[str, str], ...]
    own_homes: tuple[Placement, ...]
    other_homes: tuple[Placement, ...]
    schools: tuple[Placement, ...]
    secure: tuple[Placement, ...]
    supported: tuple[Placement, ...]

    def home(self, chance: random.Random) -> str:
        """Return a postcode for a family's home."""
        return post_code(chance, self.area, HOMES)

    def carer(self, chance: random.Random) -> str:
        """Return a carer's postcode, three times in four within the authority."""
        area = self.area if chance.random() < 0.75 else chance.choice(self.neighbours)
        return post_code(chance, area, CARERS)


def post_code(chance: random.Random, area: str, districts: tuple[int, int]) -> str:
    """Draw a postcode of valid form."""
    number = chance.getrandbits(60)
    low, high = districts
    number, district = divmod(number, high - low + 1)
    number, sector = divmod(number, 9)
    number, unit = divmod(number, 400)
    return f"{area}{low + district} {sector + 1}{INWARD[unit // 20]}{INWARD[unit % 20]}"


@cache
def market_of(seed: int, authority: str) -> Market:
    """Return the authority's market, the same in every year."""
    chance = random.Random(f"{seed}/{authority}/market")  # noqa: S311 -- an invented place, not a secret
    area = AREAS[authority]
    others = tuple(AREAS[member.code] for member in members() if AREAS[member.code] != area)

    def urn() -> str:
        return f"{chance.randrange(1_000_000, 3_000_000)}"

    def places(code: str, count: int, providers: str, areas: tuple[str, ...]) -> tuple[Placement, ...]:
        return tuple(
            Placement(
                code, f"PR{chance.choice(providers)}", post_code(chance, chance.choice(areas), CARERS), urn()
            )
            for _ in range(count)
        )

    return Market(
        area=area,
        neighbours=others,
        fostering=urn(),
        adoption=urn(),
        agencies=tuple((provider, urn()) for provider in ("PR4", "PR4", "PR4", "PR4", "PR5", "PR5")),
        adoption_agencies=tuple((provider, urn()) for provider in ("PR2", "PR5")),
        own_homes=places("K2", 8, "1", (area,)),
        other_homes=places("K2", 24, "4445", (area, *others)),
        schools=places("S1", 6, "445", others),
        secure=places("K1", 4, "25", others),
        supported=places("H5", 10, "45", (area,)),
    )
