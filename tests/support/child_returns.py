"""A tiny invented SSDA903 return: one child, in whom no rule finds a fault."""

from pathlib import Path

PERIOD = "2025-26"

TABLES = {
    "header": ["CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB", "C1,M,10/05/2015,WBRI,A123456789012,,"],
    "episodes": [
        "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN",
        "C1,03/06/2024,S,C2,N1,U4,PR1,,,,DY1 1AA,DY1 1AB,1234567",
    ],
    "reviews": [
        "CHILD,DOB,REVIEW,REVIEW_CODE",
        "C1,10/05/2015,02/06/2025,PN1",
        "C1,10/05/2015,25/11/2025,PN1",
    ],
    "uasc": ["CHILD,SEX,DOB,DUC"],
    "oc2": [
        "CHILD,DOB,SDQ_SCORE,SDQ_REASON,CONVICTED,HEALTH_CHECK,IMMUNISATIONS,TEETH_CHECK,HEALTH_ASSESSMENT,"
        "SUBSTANCE_MISUSE,INTERVENTION_RECEIVED,INTERVENTION_OFFERED",
        "C1,10/05/2015,12,,0,,1,1,1,0,,",
    ],
    "oc3": ["CHILD,DOB,IN_TOUCH,ACTIV,ACCOM"],
    "ad1": ["CHILD,DOB,DATE_INT,DATE_MATCH,FOSTER_CARE,NB_ADOPTR,SEX_ADOPTR,LS_ADOPTR"],
    "placed_adoption": ["CHILD,DOB,DATE_PLACED,DATE_PLACED_CEASED,REASON_PLACED_CEASED"],
    "prev_perm": ["CHILD,DOB,PREV_PERM,LA_PERM,DATE_PERM", "C1,10/05/2015,Z1,,"],
    "missing": ["CHILD,DOB,MISSING,MIS_START,MIS_END"],
    "sw_episodes": ["CHILD,DOB,SW_ID,SW_DECOM,SW_DEC,SW_REASON", "C1,10/05/2015,SW1234567,03/06/2024,,MANAGE"],
}


def write_return(folder: Path, **lines: list[str] | None) -> Path:
    """Write the files of the return; a table given as None is left out, one given as lines is written so."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, written in (TABLES | lines).items():
        if written is not None:
            (folder / f"{table}.csv").write_text("\n".join(written) + "\n", encoding="utf-8")
    return folder
