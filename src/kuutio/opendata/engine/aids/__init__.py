"""What makes large tables quick: files beside the serving file, made after it, used where they are there.

Every answer is the same without them; they only take less time.
"""
