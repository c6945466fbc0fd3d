"""One group of sockets per branch, for staff; of each case one for its patient, one for staff who read it."""


def group_of(branch_id: int) -> str:
    return f"staff.branch.{branch_id}"


def group_of_case(complaint_id: int) -> str:
    return f"patient.case.{complaint_id}"


def group_of_readers(complaint_id: int) -> str:
    return f"staff.case.{complaint_id}"
