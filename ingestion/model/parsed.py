"""What dbt keeps of a project that it has parsed, and where it begins in a state folder that has nothing yet."""

from pathlib import Path

from ingestion.settings import DBT_PROJECT, Settings

# In the folder of a room.
PARSED = Path("target") / "partial_parse.msgpack"


def parsed_before(settings: Settings, project: Path, room: str) -> dict[str, str]:
    """Return the setting of dbt that lets it begin with what `CLUB_PARSED` has, if this room has nothing newer."""
    if settings.parsed is None or project != DBT_PROJECT:
        return {}
    before = settings.parsed / room / PARSED
    own = settings.state_folder / room / PARSED
    if not before.exists() or (own.exists() and own.stat().st_mtime > before.stat().st_mtime):
        return {}
    return {"DBT_PARTIAL_PARSE_FILE_PATH": str(before)}
