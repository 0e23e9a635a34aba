"""Refuse a delivery as a whole: of nobody, of no such year, twice there, of a council of other times."""

from ingestion.authorities import authorities, lifetimes, nearest_authority
from ingestion.collect.intake import Intake, refuse_delivery
from ingestion.collect.landing import landing_root
from ingestion.collect.registration import DUPLICATE, Registered
from ingestion.returns.catalogue import ReturnLayout
from ingestion.settings import Settings


def refuse_duplicate(intake: Intake, rival: Registered) -> None:
    """Refuse a copy in a national collection of a return that is known in other words."""
    refuse_delivery(
        intake, DUPLICATE, found=", ".join(file.title for file in intake.files),
        collection=intake.delivery.collection, known=", ".join(rival.file_names), other=rival.collection,
        submission=rival.submission_id,
    )  # fmt: skip


def refuse_misplaced(intake: Intake, layout: ReturnLayout, periods: tuple[str, ...], settings: Settings) -> None:
    """Refuse by name a folder that matches no authority, two of one authority, or a year or round not known."""
    delivery = intake.delivery
    if layout.is_published or delivery.collection:
        return
    if delivery.sender not in authorities():
        refuse_delivery(
            intake, "intake.unknown_sender", found=delivery.sender, nearest=nearest_authority(delivery.sender)
        )
    if delivery.period_code not in periods:
        rule = "intake.unknown_round" if layout.is_of_answers else "intake.unknown_period"
        refuse_delivery(intake, rule, found=delivery.period_code, known=", ".join(periods) or "none")
    if len(delivery.folders) > 1:
        root = str(landing_root(settings))
        found = ", ".join(str(folder).removeprefix(root).lstrip("/") for folder in delivery.folders)
        refuse_delivery(
            intake, "intake.two_folders", found=found, sender=delivery.sender, period=delivery.period_code
        )


def refuse_other_times(intake: Intake, layout: ReturnLayout) -> None:
    """Refuse the return of a council that did not exist in that year."""
    delivery = intake.delivery
    lifetime = None if layout.is_of_answers else lifetimes().get(delivery.sender)
    if lifetime and delivery.period_code in layout.periods and not lifetime.includes(delivery.period_code):
        name = authorities()[delivery.sender].name
        refuse_delivery(
            intake,
            "intake.council_of_other_times",
            found=name,
            period=delivery.period_code,
            lifetime=lifetime.in_words,
        )
