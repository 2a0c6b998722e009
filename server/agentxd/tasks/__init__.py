"""What a goal becomes: tasks, their life cycle, approvals and recovery."""
