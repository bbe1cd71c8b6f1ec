"""What holds for every number alike, said once."""

CONVENTIONS = (
    (
        "Days",
        "Every event counts on the local business day it falls on. A period runs from its first day up to, but not"
        " including, the day after its last. Weeks begin on Monday; the fiscal year begins where the settings say.",
    ),
    (
        "How long",
        "Times between two moments are counted as they passed: the night the clocks go forward is an hour shorter.",
    ),
    (
        "Ratios",
        "Both sides are added up first, and divided once. A quarter's rate is no mean of three months, a team's none"
        " of its people.",
    ),
    (
        "No value",
        "Where a number cannot be told there is a dash with its reason, never a 0; charts leave a gap there.",
    ),
    (
        "What never counts",
        "Test customers, spam, duplicates, voided answers and deleted records. Marking one later takes it out of the"
        " past too, and the past's new value stands beside the old one as a revision.",
    ),
    (
        "Cuts",
        "Owner, team, segment, country and all other cuts are read as they were when the event happened. Who moves on"
        " takes no past with them. What is unknown stands under “(none)”, so the parts make up the whole.",
    ),
    (
        "Money",
        "Amounts are converted once, at the rate of the day they count on. What a balance gains by rates alone is a"
        " movement of its own.",
    ),
    (
        "How settled",
        "A value is partial while its period runs and is then held against equally many earlier days; provisional for"
        " three days after; maturing while a window of its own is open; then final. Later corrections make a new"
        " revision, and the earlier ones stay readable.",
    ),
    (
        "Few rows",
        "Below 30 rows a value is greyed. Shares of rows carry their 95 % Wilson interval.",
    ),
    (
        "Change",
        "Rates move in percentage points, scores in points, everything else in percent of the earlier value. Better"
        " and worse come from the direction a KPI names, not from the sign.",
    ),
    (
        "Benchmarks",
        "Only figures with a source are shown, with its year and whether it was read at its origin (primary) or"
        " quoted by somebody else (secondary). Most KPIs have none: nobody we would trust has published one.",
    ),
)
