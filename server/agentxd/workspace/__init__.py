"""Documents, overlays, snapshots and the three-way merge: pure rules about text and trees."""
