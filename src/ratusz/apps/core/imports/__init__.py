"""The tolerant import of tables: file → preview → decisions → confirmation → one transaction → undo.

`parse`, `cells` and `guess` are pure; an app registers a `targets.Target` that knows what rows mean.
"""
