"""The corpus: tasks of families with their provenance, in files that other tools read."""

from codeworld.corpus.export import ExportOptions, FileFormat, export_tasks
from codeworld.corpus.record import TaskRecord
from codeworld.corpus.token_counter import TokenCounter

__all__ = ["ExportOptions", "FileFormat", "TaskRecord", "TokenCounter", "export_tasks"]
