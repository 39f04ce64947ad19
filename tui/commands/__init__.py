"""One module for each group of the command line."""
