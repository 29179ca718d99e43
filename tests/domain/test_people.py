"""Rights and invitations: denied unless given, and no role beyond its sentence in the product's table."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest

from comptoir.domain import invitation, rights
from comptoir.domain.invitation import State
from comptoir.domain.rights import CLIENT_ROLES, FIRM_ROLES, RIGHTS, Act, Role, SecondFactor, may

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_every_act_is_given_to_somebody_and_none_to_both_sides_that_is_not_meant():
    shared = {
        Act.DEPOSIT, Act.SEE_OWN_DOCUMENTS, Act.SEE_DOCUMENTS, Act.SEE_MISSING, Act.JUSTIFY, Act.SEE_BANK,
        Act.SEE_FOLDERS, Act.SEE_RESERVED_FOLDERS, Act.PUT_IN_FOLDERS, Act.SETTLE_MAIL, Act.MANAGE_ADDRESSES,
        Act.IMPORT_STATEMENT, Act.SEE_MESSAGES, Act.WRITE_MESSAGES, Act.TAKE_PART, Act.SEE_REQUESTS,
        Act.EXPORT_DOSSIER,
    }  # fmt: skip
    firm, client = (frozenset().union(*(RIGHTS[role] for role in side)) for side in (FIRM_ROLES, CLIENT_ROLES))
    assert firm | client == set(Act)
    assert firm & client == shared


def test_each_role_of_the_firm_has_all_that_the_next_one_has():
    for above, below in itertools.pairwise(FIRM_ROLES):
        assert RIGHTS[above] >= RIGHTS[below]


def test_an_expert_comptable_may_do_everything_in_the_firm():
    assert RIGHTS[Role.EXPERT_COMPTABLE] == set(Act) - {Act.MANAGE_MEMBERS, Act.CONNECT_BANK, Act.ANSWER_REQUESTS}


def test_validation_closing_and_the_legal_fec_are_the_chefs():
    for act in (Act.VALIDATE, Act.EXPORT_FEC, Act.EXPORT_DOSSIER, Act.SET_RETENTION):
        assert [role for role in FIRM_ROLES if may(role, act)] == [Role.EXPERT_COMPTABLE, Role.CHEF_DE_MISSION]


def test_the_firm_may_give_validation_to_collaborateurs_and_to_nobody_else():
    given = rights.given(collaborateurs_validate=True)
    assert may(Role.COLLABORATEUR, Act.VALIDATE, given)
    assert not may(Role.COLLABORATEUR, Act.EXPORT_FEC, given)
    assert not may(Role.ASSISTANT, Act.VALIDATE, given)
    assert rights.given(collaborateurs_validate=False) == frozenset()


def test_an_assistant_never_posts_validates_or_exports():
    never = {Act.POST, Act.LETTER, Act.VALIDATE, Act.EXPORT_FEC, Act.EXPORT_PROVISIONAL, Act.TAKE_DOSSIER}
    assert not RIGHTS[Role.ASSISTANT] & never


def test_a_deposant_hands_in_and_sees_their_own_and_a_lecteur_changes_nothing():
    assert RIGHTS[Role.DEPOSANT] == {Act.DEPOSIT, Act.SEE_OWN_DOCUMENTS, Act.TAKE_PART}
    assert RIGHTS[Role.LECTEUR] == {Act.SEE_BANK, Act.SEE_FOLDERS, Act.TAKE_PART}


def test_the_reserved_folders_are_the_dirigeants_alone_among_clients():
    assert [role for role in CLIENT_ROLES if may(role, Act.SEE_RESERVED_FOLDERS)] == [Role.DIRIGEANT]


def test_a_gestionnaire_manages_no_people_and_connects_no_bank():
    dirigeants_alone = {
        Act.MANAGE_MEMBERS,
        Act.MANAGE_ADDRESSES,
        Act.SEE_RESERVED_FOLDERS,
        Act.CONNECT_BANK,
        Act.EXPORT_DOSSIER,
    }
    assert RIGHTS[Role.DIRIGEANT] - RIGHTS[Role.GESTIONNAIRE] == dirigeants_alone


@pytest.mark.parametrize("role", Role)
def test_each_role_is_said_in_one_plain_sentence(role):
    assert role.french[0].isupper()
    assert role.explained.endswith(".")
    assert len(role.explained) < 120


def test_a_second_factor_binds_those_the_firm_says():
    assert [SecondFactor.NOBODY.binds(is_firm=side) for side in (True, False)] == [False, False]
    assert [SecondFactor.FIRM.binds(is_firm=side) for side in (True, False)] == [True, False]
    assert [SecondFactor.EVERYBODY.binds(is_firm=side) for side in (True, False)] == [True, True]


@pytest.mark.parametrize(
    ("sent", "expires", "accepted", "revoked", "wanted"),
    [
        (None, None, None, None, State.NOT_SENT),
        (-1, 6, None, None, State.SENT),
        (-8, -1, None, None, State.EXPIRED),
        (-7, 0, None, None, State.EXPIRED),
        (-8, -1, -2, None, State.ACCEPTED),
        (-1, 6, None, -1, State.REVOKED),
        (-1, 6, -1, -1, State.ACCEPTED),
    ],
)
def test_an_invitations_moments_say_where_it_stands(sent, expires, accepted, revoked, wanted):
    def moment(days):
        return None if days is None else NOW + timedelta(days=days)

    found = invitation.state(
        sent_at=moment(sent),
        expires_at=moment(expires),
        accepted_at=moment(accepted),
        revoked_at=moment(revoked),
        now=NOW,
    )
    assert found is wanted
    assert found.french
