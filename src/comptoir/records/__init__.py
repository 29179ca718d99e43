"""What is kept, stage by stage: audit firms deposits readings banking ledger matching missing exports.

A stage knows the stages before it, never those after; each has models, queries that read, actions that write.
"""
