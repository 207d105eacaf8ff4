"""Public benchmark formats: each module reads one into a problem document and writes its solutions."""
