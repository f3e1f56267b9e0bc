"""Shares of a run that machines make alone, their merge and their status."""
