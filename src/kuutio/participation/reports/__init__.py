"""The report of a stage as an office file: the same content in three shapes."""

from collections.abc import Callable

from kuutio.participation.reports.content import Report, report_of
from kuutio.participation.reports.document import write_docx
from kuutio.participation.reports.slides import write_pptx
from kuutio.participation.reports.workbook import write_xlsx

WRITERS: dict[str, Callable[[Report], bytes]] = {"xlsx": write_xlsx, "docx": write_docx, "pptx": write_pptx}

__all__ = ["WRITERS", "Report", "report_of"]
