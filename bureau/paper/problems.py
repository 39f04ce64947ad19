"""What printing refuses."""

from bureau.problem import Refused


class PaperError(Refused):
    """A paper cannot be printed: a font cannot be used, or the file cannot be written."""
