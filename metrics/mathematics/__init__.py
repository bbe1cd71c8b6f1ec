"""The mathematics behind the analyses: numbers in, numbers out, each after a paper named where it is used.

Nothing here knows Django or a record. Most modules need only Python. `lifetime`, `spend`, `clusters`, `tree` and
`logistic` load numpy: import them where they are used, not at the top of a module that starts with the house.
"""
