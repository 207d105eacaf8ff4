"""What a manager asks of a roster: who can stand in, who can be off when, what if any one of us is sick."""
