"""The mathematics behind the analyses: numbers in, numbers out, each after a paper named where it is used.

    is it news, is it improving?      control, trend                 on line, seasons
    why did it change?                contributions, counterfactual
    what comes next?                  forecast                       on methods, smoothing
    will the goal be reached?         goals
    what moves together, what is odd? correlation, anomalies
    how long do they stay?            survival, cohorts
    what will they buy?               lifetime, spend                on simplex
    who are they?                     rfm, clusters, concentration, duplicates
    who leaves?                       tree, logistic                 judged by honesty
    how sure is that?                 intervals, student, enough

Nothing here knows Django or a record. Most modules need only Python. `lifetime`, `spend`, `clusters`, `tree` and
`logistic` load numpy: import them where they are used, not at the top of a module that starts with the house.
A model that was given too little to learn from raises `enough.TooFew`, in words for the page.
"""
