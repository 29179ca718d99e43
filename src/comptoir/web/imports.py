"""What an import of a statement added, in words, for either side."""


def counted(new: int, known: int) -> str:
    """How many movements were new, and how many were known already."""
    added = f"{new} opérations ajoutées" if new > 1 else f"{new or 'aucune'} opération ajoutée"
    return f"{added}, {known} déjà connue{'s' if known > 1 else ''}" if known else added
