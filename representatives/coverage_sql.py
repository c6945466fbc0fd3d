"""Who serves a branch and tier today, as fragments of statements. Text only; `%(now)s` is a parameter.

A pair (branch, tier) is served by its own staff: active, of that tier, not on leave today by the branch's
zone. If nobody of them works today, the same tier of the insurer's other branches stands in; if nobody there
does either, the fund of the branch's region; if nobody does there, the fund's head sees it. A system that
works by API keys serves the branches where it was put while it has a valid key for them, and stands in for
nobody. Nothing of it is stored: it is true as long as the leaves and accounts say so.

Every fragment reads a branch `b`. Served by primary keys and the indexes of foreign keys: a few probes each.
"""

#: The tables of a place of work: `place` (who works where), `r` (the representative), `u` (the account).
STAFF = """representatives_representative_branches place
    JOIN representatives_representative r ON r.id = place.representative_id
    JOIN representatives_user u ON u.id = r.user_id"""
#: Today in the branch's zone, over its region `g`.
DAY = "(%(now)s::timestamptz AT TIME ZONE g.time_zone)::date"
#: `r` and `u` may work on that day.
AT_WORK = """(u.is_active AND NOT EXISTS (
    SELECT 1 FROM representatives_leave away
    WHERE away.representative_id = r.id AND away.starts_on <= {day} AND away.ends_on >= {day}))"""
#: A system has an account without a password and works by its keys.
IS_PERSON = "left(u.password, 1) <> '!'"
IS_SYSTEM = """EXISTS (
    SELECT 1 FROM representatives_apikey k
    WHERE k.user_id = u.id AND k.revoked_at IS NULL AND k.expires_at > %(now)s AND 'work' = ANY(k.scopes)
        AND (k.branch_id = b.id OR k.everywhere OR b.id = ANY(k.other_branch_ids)))"""

_OWN = "place.branch_id = b.id AND r.tier = {tier} AND {at_work} AND ({person} OR {system})"
_POOL = """b.kind = 'insurer' AND r.tier = {tier} AND {at_work} AND {person} AND place.branch_id IN (
    SELECT other.id FROM insurers_branch other WHERE other.insurer_id = b.insurer_id AND other.id <> b.id)"""
_FUND = """b.kind = 'insurer' AND r.tier = 4 AND {at_work} AND {person} AND place.branch_id IN (
    SELECT fund.id FROM insurers_branch fund WHERE fund.region_id = b.region_id AND fund.kind = 'fund')"""


def own(*, tier: str, day: str = DAY) -> str:
    """The condition that `place`, `r`, `u` are the pair's own staff and work today."""
    return _filled(_OWN, tier, day)


def pool(*, tier: str, day: str = DAY) -> str:
    """The condition that they are of the same tier in another branch of the insurer, and work today."""
    return _filled(_POOL, tier, day)


def fund(*, tier: str, day: str = DAY) -> str:  # noqa: ARG001  (the same shape as its neighbours)
    """The condition that they are the fund's staff of the branch's region, and work today."""
    return _filled(_FUND, "4", day)


def somebody(condition: str) -> str:
    """Is there anybody like that?"""
    return f"EXISTS (SELECT 1 FROM {STAFF} WHERE {condition})"


def _filled(text: str, tier: str, day: str) -> str:
    at_work = AT_WORK.format(day=day)
    return "(" + text.format(tier=tier, at_work=at_work, person=IS_PERSON, system=IS_SYSTEM) + ")"


_T = "pair.tier"
_UNSERVED = f"NOT {somebody(own(tier=_T))}"
_POOL_AWAY = f"NOT {somebody(pool(tier=_T))}"
_ME = f"""EXISTS (
    SELECT 1 FROM representatives_representative r JOIN representatives_user u ON u.id = r.user_id
    WHERE r.id = %(representative)s AND {AT_WORK.format(day=DAY)} AND {IS_PERSON})"""
_MY_BRANCHES = """SELECT mine.{column} FROM representatives_representative_branches at
    JOIN insurers_branch mine ON mine.id = at.branch_id WHERE at.representative_id = %(representative)s"""
_PAIRS = """SELECT b.id, pair.tier FROM insurers_branch b JOIN insurers_region g ON g.id = b.region_id
    CROSS JOIN unnest(%(tiers)s::smallint[]) AS pair (tier)"""

#: Stands for the tier in rows about a case that a branch helps with.
HELPS = 0
# Index help_of_branch: what is in force. A person at work only, and not the contact centre.
_HELPED = f"""SELECT help.case_id, {HELPS}::smallint FROM representatives_helpaccess help
    WHERE help.ended_at IS NULL AND help.starts_at <= %(now)s AND help.ends_at > %(now)s
        AND help.branch_id IN"""
_HELPED_BY_STAFF = f"""{_HELPED} (
        SELECT mine.id FROM representatives_representative_branches at
        JOIN insurers_branch mine ON mine.id = at.branch_id
        JOIN insurers_region g ON g.id = mine.region_id
        JOIN representatives_representative r ON r.id = at.representative_id AND r.tier > 1
        JOIN representatives_user u ON u.id = r.user_id
        WHERE at.representative_id = %(representative)s AND {AT_WORK.format(day=DAY)} AND {IS_PERSON}
        UNION SELECT unnest(%(headed)s::bigint[]))"""
_HELPED_BY_HEADS = f"{_HELPED} (SELECT unnest(%(headed)s::bigint[]))"

#: The places of a representative (without a tier: their own), and the pairs they stand in for today.
_OWN_PLACES = """SELECT at.branch_id, NULL::smallint FROM representatives_representative_branches at
    WHERE at.representative_id = %(representative)s"""
PLACES_OF_INSURER_STAFF = f"""{_OWN_PLACES}
UNION ALL {_PAIRS}
WHERE b.insurer_id IN ({_MY_BRANCHES.format(column="insurer_id")})
    AND b.id NOT IN ({_MY_BRANCHES.format(column="id")}) AND {_ME} AND {_UNSERVED}
UNION ALL {_HELPED_BY_STAFF}"""
PLACES_OF_FUND_STAFF = f"""{_OWN_PLACES}
UNION ALL {_PAIRS}
WHERE b.kind = 'insurer' AND b.region_id IN ({_MY_BRANCHES.format(column="region_id")} AND mine.kind = 'fund')
    AND {_ME} AND {_UNSERVED} AND {_POOL_AWAY}
UNION ALL {_HELPED_BY_STAFF}"""
#: What the heads of these funds answer for, because nobody at all works there.
PAIRS_OF_HEADS = f"""{_PAIRS}
WHERE b.kind = 'insurer' AND b.region_id IN (
        SELECT mine.region_id FROM insurers_branch mine
        WHERE mine.id = ANY(%(headed)s) AND mine.kind = 'fund')
    AND {_UNSERVED} AND {_POOL_AWAY} AND NOT {somebody(fund(tier=_T))}
UNION ALL {_HELPED_BY_HEADS}"""

# The first level that has anybody.
WHO_SERVES = f"""(
SELECT r.id FROM insurers_branch b JOIN insurers_region g ON g.id = b.region_id CROSS JOIN {STAFF}
WHERE b.id = %(branch)s AND ({own(tier="%(tier)s")}
    OR (NOT {somebody(own(tier="%(tier)s"))} AND ({pool(tier="%(tier)s")}
        OR (NOT {somebody(pool(tier="%(tier)s"))} AND {fund(tier="%(tier)s")}))))
)"""
