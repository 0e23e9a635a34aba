"""The revisions of the schema follow each other in one line, and their files are named after them."""

from pathlib import Path

from alembic.script import ScriptDirectory

from ingestion.warehouse import migrations
from ingestion.warehouse.revisions import known_revisions


def test_the_names_of_the_files_are_the_revisions_that_alembic_walks():
    steps = ScriptDirectory(str(Path(str(migrations.__file__)).parent))
    assert steps.get_heads() == known_revisions()[:1]
    assert [step.revision for step in steps.walk_revisions()] == known_revisions()
