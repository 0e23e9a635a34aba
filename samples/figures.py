"""One authority's invented figures: quantities from its size, costs from quantities and prices."""

from dataclasses import dataclass
from functools import cached_property

from samples.activity_levels import DIFFERENCES, RATES, SHARES, SUMS
from samples.cost_levels import (
    BUDGETS,
    GRANT_AIDED,
    IN_BUILDINGS,
    INCOME,
    LITTLE_INCOME,
    PRICES,
    SPLITS,
    Price,
)
from samples.defects import Fault, defects_of
from samples.levels import (
    BUDGET_GROWTH,
    PRICE_GROWTH,
    QUANTITY_GROWTH,
    STEADY,
    Between,
    Levels,
)
from samples.members import Member


@dataclass(frozen=True)
class Figures:
    """One member's figures of one year, the same whatever other years are asked for."""

    seed: int
    member: Member
    year: int

    @cached_property
    def levels(self) -> Levels:
        """The member's random streams."""
        return Levels(self.seed, self.member.code)

    @property
    def period(self) -> str:
        """The financial year, `2006-07`."""
        return f"{self.year}-{(self.year + 1) % 100:02}"

    def quantity(self, code: str) -> int:
        """Return the quantity of an activity item, in the item's own unit."""
        if code in SUMS:
            return sum(self.quantity(part) for part in SUMS[code])
        if code in DIFFERENCES:
            whole, part = DIFFERENCES[code]
            return self.quantity(whole) - self.quantity(part)
        if code in SHARES:
            base, between = SHARES[code]
            return round(self.quantity(base) * self._share(code, between))
        rate = self.levels.level(f"{code}/rate", RATES[code], QUANTITY_GROWTH, self.year)
        return round(rate * self.member.size)

    def cost(self, service: str) -> int:
        """Return a service's gross cost in whole £ thousands."""
        for jump in defects_of(self.member.code, self.period, Fault.JUMP):
            if service in jump.places:
                return round(Figures(self.seed, self.member, self.year - 1).cost(service) * float(jump.value))
        if service in SPLITS:
            whole, part = SPLITS[service]
            return round(self.cost(whole) * part)
        if service in PRICES:
            return self._priced_cost(service, PRICES[service])
        budget = self.levels.level(f"{service}/budget", BUDGETS[service], BUDGET_GROWTH, self.year)
        return round(budget * self.member.size)

    def entries(self, service: str) -> dict[str, int]:
        """Return a service's figures in every column entered by hand, whether or not a year's form has it."""
        cost = self.cost(service)
        own = round(cost * self._own_share(service))
        has_building = service.startswith(IN_BUILDINGS)
        capital = Between(0.02, 0.05) if has_building else Between(0, 0.005)
        return {
            "own_provision": own,
            "provision_by_others": cost - own,
            "own_capital_charges": round(own * self._share(f"{service}/own_capital", capital)),
            "others_capital_charges": round((cost - own) * 0.002) if has_building else 0,
            **self._income(service, cost),
        }

    def grants(self, service: str) -> int:
        """Return the part of the provision by others that is given as grants to voluntary organisations."""
        if not service.startswith(GRANT_AIDED):
            return 0
        others = self.entries(service)["provision_by_others"]
        return round(others * self._share(f"{service}/grants", Between(0.1, 0.25)))

    def _priced_cost(self, service: str, price: Price) -> int:
        pounds = self.levels.level(f"{service}/price", price.pounds, PRICE_GROWTH, self.year)
        units = self._total(price.own) + self._total(price.others)
        return round(pounds * units * price.times * price.share / 1000)

    def _own_share(self, service: str) -> float:
        price = PRICES.get(service)
        if price is None:
            return self._share(f"{service}/own", Between(0.55, 0.95))
        own, others = self._total(price.own) * price.own_to_others, self._total(price.others)
        return own / (own + others) if own + others else 0.0

    def _income(self, service: str, cost: int) -> dict[str, int]:
        shares = next((INCOME[start] for start in INCOME if service.startswith(start)), LITTLE_INCOME)
        return {
            column: round(cost * self._share(f"{service}/{column}", between))
            for column, between in shares._asdict().items()
        }

    def _total(self, codes: tuple[str, ...]) -> int:
        return sum(self.quantity(code) for code in codes)

    def _share(self, name: str, between: Between) -> float:
        return self.levels.level(name, between, STEADY, self.year)
