"""How one agent works: the loop, its permission gate, its budgets and its loop guard."""
