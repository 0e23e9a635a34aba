"""Mail about packs: drafts that await the officer, and final ones for the member whose they are."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

import psycopg

from ingestion.authorities import authorities
from ingestion.mail.addresses import address_in_outbox
from ingestion.mail.contacts import CLUB, Contacts, Recipient
from ingestion.mail.days import NEWS_FOR, in_words
from ingestion.mail.letters import About, Draft, Letter, Line
from ingestion.outbox import folder_name
from ingestion.seeds import seed_rows
from ingestion.settings import Settings
from ingestion.warehouse.mail_states import MailKind, MailRole

# Drafts of the build that is read, of which at least one has neither been signed off nor refused.
AWAITING = """
select publication.build_id, min(publication.published_at)
from ledger.publication
inner join marts.build on publication.build_id = build.build_id
where
    publication.state = 'draft'
    and not exists (
        select from ledger.publication as word
        where
            (word.authority_code, word.group_code, word.build_id)
                = (publication.authority_code, publication.group_code, publication.build_id)
            and word.state in ('final', 'refused')
    )
group by publication.build_id
"""
_FINAL = """
select authority_code, build_id, group_code, decided_by
from ledger.publication
where state = 'final' and published_at > %s
order by authority_code, build_id, group_code
"""
_TOLD = "select recipient, role, build_id, about from ledger.mail where kind = 'pack_ready'"


def drafts_about_packs(
    connection: psycopg.Connection, settings: Settings, contacts: Contacts, now: datetime
) -> Iterator[Draft]:
    """Draft the mails about packs that await sign-off, and about those that were signed off lately."""
    for build_id, drafted_at in connection.execute(AWAITING).fetchall():
        letter = _sign_off_wanted(build_id, drafted_at + timedelta(days=settings.correction_days))
        for recipient in contacts.with_role(CLUB, MailRole.OFFICER):
            yield Draft(
                MailKind.SIGN_OFF_WANTED, About(f"packs/build-{build_id}", build_id=build_id), recipient, letter
            )
    final: dict[tuple[str, int], dict[str, str]] = defaultdict(dict)
    for authority, build_id, group, by in connection.execute(_FINAL, [now - NEWS_FOR]).fetchall():
        final[authority, build_id][group] = by
    told = _told(connection)
    for (authority, build_id), groups in final.items():
        for recipient in contacts.with_role(authority, MailRole.DATA_LEAD, MailRole.DIRECTOR):
            # Groups may be signed off one by one: each is told of once.
            new = sorted(groups.keys() - told[recipient, build_id])
            if new:
                about = About(f"{authority}/packs/build-{build_id}/{'+'.join(new)}", build_id=build_id)
                by = ", ".join(sorted({groups[group] for group in new}))
                yield Draft(MailKind.PACK_READY, about, recipient, _pack_ready(settings, authority, new, by))


def _told(connection: psycopg.Connection) -> dict[tuple[Recipient, int], set[str]]:
    told: dict[tuple[Recipient, int], set[str]] = defaultdict(set)
    for whose, role, build_id, about in connection.execute(_TOLD).fetchall():
        told[Recipient(whose, MailRole(role)), build_id] |= set(about.rpartition("/")[2].split("+"))
    return told


def _sign_off_wanted(build_id: int, until: datetime) -> Letter:
    return Letter(
        subject=f"Sign-off wanted: packs of build {build_id}",
        lead=f"Drafts of packs, of build {build_id}, are out and wait for your sign-off.",
        facts=(("To be corrected until", in_words(until)),),
        to_do=(
            "Approve or reject them in Airflow: publish_packs, Required Actions. Before the day above, say why.",
            "For single members there is club sign-off-packs MEMBER.",
        ),
    )


def _pack_ready(settings: Settings, authority: str, groups: list[str], by: str) -> Letter:
    titles = {row["group_code"]: row["title"] for row in seed_rows("packs/indicator_groups")}
    names = [titles.get(group, group) for group in groups]
    return Letter(
        subject=f"Packs of {authorities()[authority].name}: {', '.join(names)}",
        lead=f"{authorities()[authority].name}'s {'pack is' if len(names) == 1 else 'packs are'} final.",
        facts=(("Signed off by", by),),
        table_title="Packs, each as a page, a PDF, a workbook and a tidy file",
        lines=tuple(
            Line(name, place=_pack_address(settings, authority, group))
            for name, group in zip(names, groups, strict=True)
        ),
    )


def _pack_address(settings: Settings, authority: str, group: str) -> str:
    return address_in_outbox(settings, f"{folder_name(authority)}/packs/final/{authority}-{group}.html")
