"""What a question mark asks: whom leave would hit, what it would cost, and which nearby starts cost less."""
