"""The rules of a review, one file each; they need no model, no network and no daemon."""
