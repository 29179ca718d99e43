"""Who advanced money for the company, and the account by which it is paid back (PCG)."""

ACCOUNTS = {
    "467000": "Autre compte débiteur ou créditeur",
    "421000": "Salarié",
    "425000": "Salarié, avances et acomptes",
    "455000": "Associé, compte courant",
    "108000": "Exploitant, compte de l’exploitant",
}
"""The accounts that a note de frais is owed to, as the firm chooses one for each person; the first where it has not."""
DEFAULT = "467000"
