"""Analyses: what many customers, or many numbers, say together that no single number does.

An analysis is one class in one file: what it reads, as of the last settled night, and what it works out. Page, API,
command line and CSV all show its `Result`. `book` has the words an analysis is written in, and knows them all.
"""
