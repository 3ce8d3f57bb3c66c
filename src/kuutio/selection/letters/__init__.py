"""Decision letters: what they say (`content`), the paper (`paper`)."""
