"""Selection: who assesses what is proposed, without conflicts, and what follows from it: the tables."""
