"""租稅常識: the question bank, papers, sittings and their analysis."""
