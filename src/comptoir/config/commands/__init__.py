"""One module a command: NAME, HELP, `add_arguments(parser)`, `run(args) -> exit code`.

Heavy imports stand inside `run`, so that `comptoir --help` answers at once and `read` needs no database.
"""
