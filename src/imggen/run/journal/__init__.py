"""The journal of a run, its files and locks, and checks of what is in the folder already."""
