"""Why a client has no place, and what would give them one: a request with one rule loosened, planned again."""
