"""The goods graph: who held which lot, what moved where, what was made of what (S001–S003)."""
