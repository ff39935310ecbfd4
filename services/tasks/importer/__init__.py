"""The importer reads plan documents into records; it is pure code but for reading the one file it is given."""

from services.tasks.importer.errors import UnreadableDocument
from services.tasks.importer.output import to_json_lines
from services.tasks.importer.parsing import parse
from services.tasks.importer.reading import document_of, read_directory_file, read_document
from services.tasks.importer.unit_directory import UnitDirectory, read_directory
from services.tasks.importer.units import resolve

__all__ = [
    "UnitDirectory",
    "UnreadableDocument",
    "document_of",
    "parse",
    "read_directory",
    "read_directory_file",
    "read_document",
    "resolve",
    "to_json_lines",
]
