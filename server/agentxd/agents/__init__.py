"""The agent loop, its permission gate and its budgets; works with nothing but ports."""
