"""Column generation: one variable for each whole row of a person, the rows priced by an exact dynamic programme.

    rows.py        what one person's row may be and costs: small automata, one for each rule, run side by side
    pricing.py     the cheapest row for given prices of the cells
    coupling.py    everything else, as linear rows over cells: demand, limits per day, coverage, fairness …
    lagrangian.py  what prices prove, and everybody's cheapest row at them
    master.py      the linear programme over the rows found so far; its duals are the prices
    generate.py    the loop, and the bound it proves
    ascent.py      such a bound without a master, for problems too large for one
    dive.py        from there to whole rows, some cells at a time
    sweep.py       rosters made person by person, to begin with; rowwise.py keeps them
    renewal.py     such rosters made better, row by row, by rows that multipliers.py finds within many totals
    helpers.py     threads that share the pricing

What an automaton speaks for is left out of the linear rows, and nothing else is, so that the two together are a
relaxation of the whole problem whatever rules it has. Source: Dantzig and Wolfe, *Decomposition principle for linear
programs*, 1960; for rosters Jaumard, Semet and Vovor, *A generalized linear programming model for nurse scheduling*, 1998.
"""
