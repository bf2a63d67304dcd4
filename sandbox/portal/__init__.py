"""The real developer portal (npm's zudoku in Zuplo mode) on the stand-ins."""
