"""From a goal to a proposal: the life of a task, its approvals, and what a restart finds."""
