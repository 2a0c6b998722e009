"""The user's tree on the local disk: snapshots, guarded reads, compare-and-swap writes."""
