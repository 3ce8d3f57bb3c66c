"""The pages of customer service: for residents and for officers."""
