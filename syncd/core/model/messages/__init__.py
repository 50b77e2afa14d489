"""What messages and entries say, as facts (mails, letters, entries), and the intents that carry them."""
