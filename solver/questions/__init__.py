"""Questions a manager asks of a roster: who can stand in, who can be off when, what one sick call would break."""
