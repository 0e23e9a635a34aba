"""What departments answered to the questionnaire, beside the indicators that the answers may explain."""

from reporting.questionnaire.page import write_questionnaire_pages
from reporting.questionnaire.search import search_table

__all__ = ["search_table", "write_questionnaire_pages"]
