"""What a workbook says of itself: which form it is, whose, and where answers are from that it already holds."""

from dataclasses import dataclass

from ingestion.returns.forms import Form


@dataclass(frozen=True)
class Origin:
    """Where answers are from that a workbook already holds: to which round, in which version of what was sent."""

    round_code: str
    version: int


def stamps(form: Form, authority_code: str, origin: Origin | None = None) -> dict[str, str]:
    """Return what a workbook says of itself, by the name of the fact."""
    said = {
        "return": form.return_code,
        "round": form.round_code,
        "authority": authority_code,
        "version": form.version,
    }
    return said | ({"prefilled": f"{origin.round_code}, version {origin.version}"} if origin else {})


def about_origin(origin: Origin | None) -> str:
    """Tell the sender what stands in the cells already; nothing where they are empty."""
    if origin is None:
        return ""
    return (
        f"What you answered to round {origin.round_code} stands in its cells already (version {origin.version},"
        " which counts): change what is no longer so, and leave the rest."
    )
