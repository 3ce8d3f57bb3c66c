"""The catalogue for people: the list, each data set's pages, its charts elsewhere."""
