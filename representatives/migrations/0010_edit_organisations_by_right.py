from django.db import migrations, models


class Migration(migrations.Migration):
    """A row of rights may let a tier look after phones, offices and posts."""

    dependencies = [
        ("representatives", "0009_accounts"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="tierright",
            name="tier_right_action_known",
        ),
        migrations.AlterField(
            model_name="tierright",
            name="action",
            field=models.CharField(
                choices=[
                    ("register", "register, classify, consult by script"),
                    ("close_consultation", "close a consultation, proposal or thanks"),
                    ("close_complaint", "close a complaint"),
                    ("organise_care", "call the clinic to organise care"),
                    ("ask_clinic", "ask the clinic for an explanation"),
                    ("open_documents", "open medical documents"),
                    ("order_review", "order an expert review"),
                    ("demand_refund", "refund demand to the clinic"),
                    ("court_documents", "court documents"),
                    ("campaigns", "check-up campaigns and surveys"),
                    ("escalate", "pass a case to the next tier"),
                    ("return", "return a case to the tier below"),
                    ("forward", "forward a case to another body"),
                    ("edit_organisations", "look after phones, offices and posts"),
                ],
                max_length=24,
                verbose_name="action",
            ),
        ),
        migrations.AlterField(
            model_name="tierrightevent",
            name="action",
            field=models.CharField(
                choices=[
                    ("register", "register, classify, consult by script"),
                    ("close_consultation", "close a consultation, proposal or thanks"),
                    ("close_complaint", "close a complaint"),
                    ("organise_care", "call the clinic to organise care"),
                    ("ask_clinic", "ask the clinic for an explanation"),
                    ("open_documents", "open medical documents"),
                    ("order_review", "order an expert review"),
                    ("demand_refund", "refund demand to the clinic"),
                    ("court_documents", "court documents"),
                    ("campaigns", "check-up campaigns and surveys"),
                    ("escalate", "pass a case to the next tier"),
                    ("return", "return a case to the tier below"),
                    ("forward", "forward a case to another body"),
                    ("edit_organisations", "look after phones, offices and posts"),
                ],
                max_length=24,
                verbose_name="action",
            ),
        ),
        migrations.AddConstraint(
            model_name="tierright",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "action__in",
                        [
                            "register",
                            "close_consultation",
                            "close_complaint",
                            "organise_care",
                            "ask_clinic",
                            "open_documents",
                            "order_review",
                            "demand_refund",
                            "court_documents",
                            "campaigns",
                            "escalate",
                            "return",
                            "forward",
                            "edit_organisations",
                        ],
                    )
                ),
                name="tier_right_action_known",
            ),
        ),
    ]
