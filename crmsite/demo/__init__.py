"""The demo: a made-up company's two years, told as records, the same every time it is told.

Each module is one room of the story; `fill` opens them in order, `removal` takes everything away again.
"""
