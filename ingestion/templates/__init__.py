"""What people fill in, written from a form, and what explains it."""

from enum import StrEnum


class TemplateForm(StrEnum):
    """What a round is written as."""

    WORKBOOK = "workbook"  # to fill in and send, one for each authority
    PAGE = "page"  # to print, one for each authority
    XLSFORM = "xlsform"  # for ODK and its kin, one for all
    CODEBOOK = "codebook"  # what each answer is called, one for all, with the rounds before
