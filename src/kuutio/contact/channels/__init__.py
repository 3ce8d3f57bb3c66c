"""Text messages, voice and messengers: one signed contract for what comes in, one for what goes out."""
