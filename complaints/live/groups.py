"""One group of sockets per branch, for staff, and one per case, for its patient."""


def group_of(branch_id: int) -> str:
    return f"staff.branch.{branch_id}"


def group_of_case(complaint_id: int) -> str:
    return f"patient.case.{complaint_id}"
