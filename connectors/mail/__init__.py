"""Mail: iTIP and MIME as pure translation, SMTP out, IMAP or a Maildir in."""
