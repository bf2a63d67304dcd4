"""An Action has one owner: no other adopts, changes, unbinds or deletes it."""
