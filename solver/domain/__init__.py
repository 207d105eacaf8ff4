"""The nouns: a team, its rules and what is already fixed, as frozen types; nothing here knows a solver."""
