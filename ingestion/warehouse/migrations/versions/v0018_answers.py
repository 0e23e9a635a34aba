"""What the rounds of the returns of answers ask: the form of each, for the rules and the models to read."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.create_table(
        "answer_rounds",
        sa.Column("return_code", sa.Text, nullable=False),
        sa.Column("round_code", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("introduction", sa.Text, nullable=False),
        sa.Column("opens_on", sa.Date),
        sa.Column("closes_on", sa.Date),
        sa.Column("respondents", ARRAY(sa.Text), nullable=False, comment="Perspectives; none: the authority"),
        sa.Column(
            "form_version", sa.Text, nullable=False, comment="First digits of SHA-256 over all that is asked"
        ),
        sa.PrimaryKeyConstraint("return_code", "round_code", name="pk_answer_rounds"),
        schema="raw",
        comment="The rounds of questionnaires, quizzes, workshops and the like",
    )
    op.create_table(
        "answer_forms",
        sa.Column("return_code", sa.Text, nullable=False),
        sa.Column("round_code", sa.Text, nullable=False),
        sa.Column("item_code", sa.Text, nullable=False, comment="'*': entries with codes of the sender's own"),
        sa.Column("item_version", sa.Integer, nullable=False),
        sa.Column("item_turn", sa.Integer, nullable=False),
        sa.Column("section", sa.Text, nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("hint", sa.Text, nullable=False),
        sa.Column("applies_if", sa.Text, nullable=False),
        sa.Column("attributes", JSONB, nullable=False, comment="What else is known of the item"),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("field_turn", sa.Integer, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("label", sa.Text, nullable=False),
        sa.Column("choices", JSONB, nullable=False, comment="Code, label and order of each, in their order"),
        sa.Column("is_required", sa.Boolean, nullable=False),
        sa.Column("least", sa.Numeric),
        sa.Column("most", sa.Numeric),
        sa.Column("longest", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("return_code", "round_code", "item_code", "field", name="pk_answer_forms"),
        sa.ForeignKeyConstraint(
            ["return_code", "round_code"], ["raw.answer_rounds.return_code", "raw.answer_rounds.round_code"],
            name="fk_answer_forms_answer_rounds", ondelete="CASCADE",
        ),
        schema="raw",
        comment="What each round asks: a row for each field of each item",
    )  # fmt: skip
