"""The assets of the road: what its Airflow DAGs announce, with facts, and others may be scheduled on.

An event has what a reader needs to tell one from another: which submissions, how many rows, which build. Nothing
out of a return stands in it.
"""

from typing import Any

from airflow.sdk import Asset, get_current_context

from ingestion.returns.catalogue import collected_returns

PUBLISHED = "published"

# The address of an asset is a name of ours, the same wherever the warehouse is.
_ROOT = "x-club://"

# What a build announces when its marts, and what may leave the club, are read.
MARTS = Asset("marts", uri=f"{_ROOT}warehouse/marts", group="warehouse")
SHARING = Asset("sharing", uri=f"{_ROOT}warehouse/sharing", group="warehouse")
# What is announced when the club's pages are written, reports for senders, and packs: drafts and final ones.
COMPARISON_PAGE = Asset("comparison_page", uri=f"{_ROOT}outbox/_club/comparison.html", group="outbox")
FEEDBACK = Asset("feedback", uri=f"{_ROOT}outbox/feedback", group="outbox")
PACKS = Asset("packs", uri=f"{_ROOT}outbox/packs", group="outbox")
# What is announced when the officer has given the word on a submission.
SIGNED_OFF = Asset("signed_off", uri=f"{_ROOT}ledger/signed_off", group="ledger")


def accepted(name: str) -> Asset:
    """Return the asset that a collect DAG announces when something new is in force."""
    return Asset(f"{name}_accepted", uri=f"{_ROOT}ledger/{name}/accepted", group="ledger")


def not_accepted(name: str) -> Asset:
    """Return the asset that a collect DAG announces when something was not accepted, for the marts to show."""
    return Asset(f"{name}_not_accepted", uri=f"{_ROOT}ledger/{name}/not_accepted", group="ledger")


def announced() -> list[Asset]:
    """Return all assets that collect DAGs may announce, of every return of the catalogue."""
    return [*(accepted(name) for name in _collected()), *announced_not_accepted()]


def announced_not_accepted() -> list[Asset]:
    """Return those of them that tell of what was rejected or awaits sign-off."""
    return [not_accepted(name) for name in _collected()]


def tell(asset: Asset, **facts: Any) -> None:
    """Put facts on the event of an asset that the step announces when it has ended well."""
    get_current_context()["outlet_events"][asset].extra.update(facts)


def _collected() -> list[str]:
    return [*(layout.code for layout in collected_returns()), PUBLISHED]
