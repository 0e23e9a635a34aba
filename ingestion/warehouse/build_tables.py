"""The ledger of builds: each run, and what became of its nodes. No message is kept, since one may quote rows."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, DateTime, Double, ForeignKey, Identity, Text
from sqlalchemy.orm import Mapped, mapped_column

from ingestion.warehouse.ledger import Base


class BuildRun(Base):
    """One run of a build of the marts."""

    __tablename__ = "build_run"

    build_run_id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    model_build_id: Mapped[int | None] = mapped_column(
        ForeignKey("ledger.model_build.model_build_id"), comment="The build that is read since; empty if it failed"
    )
    started_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    finished_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    is_full: Mapped[bool] = mapped_column(Boolean)
    revision: Mapped[str | None] = mapped_column(
        Text, comment="The commit of the checkout; empty where there is none"
    )

    __table_args__ = ({"comment": "Every run of a build of the marts, also those that failed, for 90 days"},)


class BuildNode(Base):
    """What became of one model, seed or test in a run."""

    __tablename__ = "build_node"

    build_run_id: Mapped[int] = mapped_column(
        ForeignKey("ledger.build_run.build_run_id", ondelete="CASCADE"), primary_key=True
    )
    node: Mapped[str] = mapped_column(Text, primary_key=True, comment="A model, seed or test, as dbt names it")
    kind: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    seconds: Mapped[float] = mapped_column(Double)
    rows: Mapped[int | None] = mapped_column(BigInteger, comment="Rows written; empty where none are")

    __table_args__ = (
        {"comment": "What became of each node in a run of a build; of one that failed, the nodes that did"},
    )
