"""How fast, how small and how safe the program is, with the bounds it must meet."""
