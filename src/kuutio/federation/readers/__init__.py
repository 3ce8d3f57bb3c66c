"""Readers of other people's catalogues; each turns bytes into values and does nothing else."""
