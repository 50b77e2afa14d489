"""What strangers may send: never another error than the declared one, and never more work than a bound."""
