"""The rules of joint projects' money: who may apply, what a budget adds up to, what a claim pays, what is published.

Plain data in, plain data out: the page, the interface and the command line ask the same functions. The rules have codes, by
which forms, letters and auditors name them: E (who may apply), M (money), C (claims), V (choosing, in `core.choosing`), O (open).
"""
