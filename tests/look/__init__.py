"""Mails and pages as people look at them: opened in a browser, as wide as a phone and as a desk."""
