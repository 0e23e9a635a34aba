"""Addresses of what lies in the outbox."""

from urllib.parse import quote

from ingestion.outbox import folder_name
from ingestion.settings import Settings


def address_in_outbox(settings: Settings, path: str) -> str:
    """Return the address of a file of the outbox, or where it lies if the outbox has no address."""
    return (
        f"{settings.outbox_url.rstrip('/')}/{quote(path)}" if settings.outbox_url else f"{settings.outbox}/{path}"
    )


def reports_of(settings: Settings, sender: str) -> str:
    """Return the address of the page with all reports of a sender."""
    return address_in_outbox(settings, f"{folder_name(sender)}/index.html")
