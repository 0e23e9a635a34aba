"""The forms of a pack, all made of the same rows; the same rows give the same bytes."""

from reporting.documents.pdf import html_to_pdf
from reporting.packs.pack import Pack
from reporting.packs.page import Drawn, draw_pack, render_page, render_print
from reporting.packs.tidy_file import write_metadata, write_statements, write_tidy_csv
from reporting.packs.workbook import write_workbook

METADATA = ".csv-metadata.json"
FORMS = (".html", ".pdf", ".xlsx", ".csv", METADATA)


def pack_files(pack: Pack, status: str) -> dict[str, bytes]:
    """Make the four forms of a pack, and the metadata of the last, by file name."""
    drawn = draw_pack(pack)
    return {file_name(pack, form): make_form(drawn, status, form) for form in FORMS}


def file_name(pack: Pack, form: str) -> str:
    """Name the file of a form."""
    return f"{pack.authority_code}-{pack.group_code}{form}"


def make_form(drawn: Drawn, status: str, form: str) -> bytes:
    """Make one form of a pack."""
    pack = drawn.pack
    match form:
        case ".html":
            return render_page(drawn, status).encode()
        case ".pdf":
            return html_to_pdf(render_print(drawn, status), _attached(pack))
        case ".xlsx":
            return write_workbook(pack, status)
        case ".csv":
            return write_tidy_csv(pack)
        case _:
            return write_metadata(pack, status, file_name(pack, ".csv"))


def _attached(pack: Pack) -> dict[str, bytes]:
    """What lies inside the PDF for whoever verifies it: its numbers and its sentences, with their keys."""
    return {
        file_name(pack, ".csv"): write_tidy_csv(pack),
        file_name(pack, "-statements.csv"): write_statements(pack),
    }
