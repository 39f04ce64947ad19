"""Files in which questions travel: one module for each format, all behind `quiz_bank.formats.reading`."""
