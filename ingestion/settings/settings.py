"""Every setting of the product, read from the environment, with working defaults."""

from functools import cached_property
from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator

from ingestion.settings.places import MEBIBYTE, PROJECT_ROOT, place
from ingestion.settings.secrets import SecretSettings


class Settings(SecretSettings):
    """Locations and limits.

    The three names that others rely on (`CLUB_HOME`, `LANDING_ZONE`, `WAREHOUSE_URL`) have no prefix of
    their own; all others start with `CLUB_`.
    """

    home: Path = Field(default=PROJECT_ROOT / "var", description="State folder: database, archive, outbox.")
    landing_zone: str | None = Field(default=None, validation_alias="LANDING_ZONE")
    warehouse_url: str | None = Field(default=None, validation_alias="WAREHOUSE_URL")
    archive_place: str | None = Field(
        default=None, validation_alias="CLUB_ARCHIVE", description="Folder or URI; in the state folder by default."
    )
    outbox_place: str | None = Field(
        default=None, validation_alias="CLUB_OUTBOX", description="Folder or URI; in the state folder by default."
    )

    max_file_bytes: int = Field(default=50 * MEBIBYTE, gt=0)
    max_unpacked_bytes: int = Field(default=400 * MEBIBYTE, gt=0, description="Of a zipped workbook.")
    settle_seconds: float = Field(
        default=1.0, ge=0, description="How long a file changed in the last minute is watched for growth."
    )

    keep_children_days: int = Field(
        default=90, ge=0, description="How long raw child rows are kept after a return is decided."
    )
    max_streamed_bytes: int = Field(
        default=4096 * MEBIBYTE, gt=0, description="Of one file of a return that is read as a stream."
    )

    disclosure_threshold: int = Field(
        default=5, ge=1, description="Counts of people from 1 to this are small and do not leave the club."
    )
    disclosure_rounding: int = Field(
        default=5, ge=1, description="What counts of people that leave the club are rounded to."
    )

    real_terms_base: str = Field(
        default="",
        pattern=r"^(\d{4}-\d{2})?$",
        description="The financial year in whose prices money is shown; empty: the latest that is no forecast.",
    )

    correction_days: int = Field(
        default=10,
        ge=0,
        le=90,
        description="How long the draft of a pack can be corrected before it is signed off; three months at most.",
    )

    workshop_matches: float = Field(
        default=3.0,
        ge=1,
        description="How many of its marks a picture of a workshop may let the best guesser name.",
    )
    workshop_certainty: float = Field(
        default=1 / 3, gt=0, le=1, description="How certain a single guess at a mark of a workshop may be."
    )
    workshop_named_once: float = Field(
        default=8.0,
        ge=1,
        description="How many members all pictures of a workshop may let the best guesser name at least once.",
    )

    parsed: Path | None = Field(
        default=None,
        description="Folder of what dbt parsed when the product was installed, as an image has it; only read.",
    )

    contacts: Path | None = Field(
        default=None, description="Who gets mail, by role; `contacts.csv` in the state folder if nothing is said."
    )
    outbox_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+)?$",
        description="The address under which senders reach the outbox, for mail to lead to its pages.",
    )
    alert_webhook: str = Field(
        default="",
        pattern=r"^(https?://\S+)?$",
        description="Where a failed step is told of as JSON with a `text`, beside the engineer's mail.",
    )

    edge_address: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+[^\s?#/])?$",
        description="The address under which workers at councils reach the gate; empty: there are none.",
    )

    backups: Path | None = Field(
        default=None,
        description="The folder that a backup goes into each night; none are taken where it is unset.",
    )
    backups_kept: int = Field(default=7, ge=1, description="How many of them are kept.")
    backup_secrets_folder: Path | None = Field(
        default=None,
        description="Where the secrets of each go; `backup_secrets` in the state folder if nothing is said.",
    )

    lineage: str = Field(
        default="",
        pattern=r"^(https?://[^\s?#]+|[^:]*)$",
        description="Where events of OpenLineage go: a file, or the address of a server; empty: nowhere.",
    )

    reader_statement_seconds: int = Field(default=600, gt=0, description="How long one query of a reader may run.")
    reader_idle_seconds: int = Field(
        default=300,
        gt=0,
        description="How long a reader may leave a transaction open: the tables it reads are kept as long.",
    )
    reader_temporary_mebibytes: int = Field(
        default=2048, gt=0, description="How much disk one query of a reader may take meanwhile."
    )
    reader_connections: int = Field(default=30, gt=0, description="Of each reading role at once.")

    quarantine_share: float = Field(
        default=0.2,
        gt=0,
        le=1,
        description="If more than this share of all returns in force break a build, its definitions are wrong.",
    )

    sign_off_days: int = Field(
        default=7, ge=0, description="How long a submission may wait for the officer before the doctor names it."
    )
    least_free_mebibytes: int = Field(
        default=2048, ge=0, description="With less room than this on the disk the doctor names it."
    )

    database_port: int = Field(
        default=0,
        ge=0,
        le=65535,
        description="Of the embedded PostgreSQL; 0 takes a free one the first time and keeps it.",
    )
    airflow_port: int = Field(default=8080, ge=0, description="Another free one is taken when it is in use.")
    airflow_parallelism: int = Field(default=4, gt=0)
    executor: str = Field(
        default="local",
        description="Where Airflow's tasks run: `local`, `celery`, or several with commas between them.",
    )
    broker_url: str | None = Field(
        default=None,
        repr=False,
        pattern=r"^rediss?://\S+$",
        description="Of the broker that hands tasks to workers, with its password.",
    )

    @field_validator("disclosure_rounding")
    @classmethod
    def _rounds_nothing_to_zero(cls, rounding: int, info: ValidationInfo) -> int:
        """Reject a rounding that would show a count just above the threshold as 0."""
        threshold = info.data.get("disclosure_threshold")
        if threshold is not None and rounding > 2 * (threshold + 1):
            raise ValueError(f"a count of {threshold + 1}, which is not small, would be rounded to 0")
        return rounding

    @cached_property
    def state_folder(self) -> Path:
        """`CLUB_HOME` as an absolute path."""
        return self.home.expanduser().resolve()

    @cached_property
    def landing(self) -> str:
        """The landing zone as an absolute folder, or the URI as given."""
        said = self.landing_zone
        return said if said and "://" in said else str(self._place(said, "landing"))

    @cached_property
    def archive(self) -> Path:
        """The place that keeps every file ever received under its hash: a folder, or one behind a URI."""
        return self._place(self.archive_place, "archive")

    @property
    def packages(self) -> Path:
        """The folder of packages that councils have sent and that are still to be taken in."""
        return self.state_folder / "packages"

    @cached_property
    def outbox(self) -> Path:
        """The place of feedback and packs, with one folder per authority: a folder, or one behind a URI."""
        return self._place(self.outbox_place, "outbox")

    def _place(self, said: str | None, name: str) -> Path:
        return self.state_folder / name if said is None else place(said)

    @property
    def contacts_file(self) -> Path:
        """The file that says who gets mail, by role; without it nobody does."""
        return self.contacts.expanduser().resolve() if self.contacts else self.state_folder / "contacts.csv"

    @property
    def backup_secrets(self) -> Path:
        """The folder of the secrets of nightly backups, apart from these."""
        folder = self.backup_secrets_folder
        return folder.expanduser().resolve() if folder else self.state_folder / "backup_secrets"

    @property
    def club_outbox(self) -> Path:
        """The folder of what is published for the club as a whole; no authority has this name."""
        return self.outbox / "_club"

    @property
    def sharing_outbox(self) -> Path:
        """The folder of the files that may leave the club; no authority has this name."""
        return self.outbox / "_sharing"

    @property
    def lineage_goes_to(self) -> str | Path | None:
        """The address of the server, or the file, that events of OpenLineage go to; None: they are not told."""
        if not self.lineage or "://" in self.lineage:
            return self.lineage or None
        return Path(self.lineage).expanduser().resolve()

    @property
    def airflow_home(self) -> Path:
        """Airflow's own folder: configuration, logs, pid files."""
        return self.state_folder / "airflow"
