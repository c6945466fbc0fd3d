from django.db import migrations

_OFFICES = """
INSERT INTO insurers_officeevent (pgh_created_at, pgh_label, pgh_obj_id, id, branch_id, address, hours_text, phone,
    valid_from, valid_to)
SELECT now(), 'insert', id, id, branch_id, address, hours_text, phone, valid_from, valid_to FROM insurers_office
ORDER BY id
"""
_POSTS = """
INSERT INTO insurers_clinicpostevent (pgh_created_at, pgh_label, pgh_obj_id, id, branch_id, medical_organisation_id,
    place, hours_text, phone, valid_from, valid_to)
SELECT now(), 'insert', id, id, branch_id, medical_organisation_id, place, hours_text, phone, valid_from, valid_to
FROM insurers_clinicpost
ORDER BY id
"""


class Migration(migrations.Migration):
    """What is there already is the first line of its history, so that its first change can be put back."""

    dependencies = [("insurers", "0007_publish_from_drafts")]

    operations = [
        migrations.RunSQL(_OFFICES, migrations.RunSQL.noop),
        migrations.RunSQL(_POSTS, migrations.RunSQL.noop),
    ]
