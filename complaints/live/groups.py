"""One group of sockets per branch."""


def group_of(branch_id: int) -> str:
    return f"staff.branch.{branch_id}"
