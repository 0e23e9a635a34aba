"""The club as a council's worker sees it: the gate, asked with the secret of its invitation."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from ingestion.errors import ClubError, PassingError
from ingestion.operation.council.membership import Membership
from ingestion.operation.council.tokens import sign

SECONDS = 600


@dataclass(frozen=True)
class KnownReturn:
    """What the club knows of one period of a return: fingerprints that it need not get again."""

    known: frozenset[str] = frozenset()
    in_force: str | None = None


class Centre:
    """The gate of the club, for one council."""

    def __init__(self, membership: Membership) -> None:
        """Ask in the name of this member; certificates are trusted as SSL_CERT_FILE says."""
        self._secret = membership.secret
        self._client = httpx.Client(base_url=f"{membership.address}/{membership.council}/club/", timeout=SECONDS)

    def join(self) -> None:
        """Say that the worker is there.

        Raises:
            ClubError: the invitation does not hold, or nobody answers.
        """
        self._ask("POST", "joined")

    def known(self, return_code: str) -> dict[str, KnownReturn]:
        """Return what is known of a return, by period."""
        told: dict[str, Any] = self._ask("GET", f"known/{return_code}").json()
        return {
            period: KnownReturn(frozenset(about["known"] or ()), about["in_force"])
            for period, about in told.items()
        }

    def send(self, package: Path) -> None:
        """Send a package.

        Raises:
            ClubError: the club does not take it, in its own words.
        """
        with package.open("rb") as file:
            self._ask("PUT", "packages", content=file)

    def _ask(self, verb: str, what: str, content: Any = None) -> httpx.Response:
        try:
            answer = self._client.request(
                verb, what, content=content, headers={"authorization": sign(self._secret, what)}
            )
        except httpx.TransportError as error:
            raise PassingError(f"The club at {self._client.base_url.host} does not answer: {error}.") from error
        if answer.is_success:
            return answer
        raise ClubError(f"The club has refused: {_words_of(answer)}")


def _words_of(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP {answer.status_code}"
