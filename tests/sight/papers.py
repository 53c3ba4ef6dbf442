"""The smallest models with an audience."""

from django.db import models

from sunlit.sight import SightFields


class Parcel(models.Model):
    """An import."""

    released = models.BooleanField()

    class Meta:
        app_label = "sight_tests"

    def __str__(self):
        return str(self.pk)


def unreleased():
    return Parcel.objects.filter(released=False).values("pk")


class Paper(models.Model):
    """Something with an audience."""

    title = models.CharField(max_length=100)
    body = models.CharField(max_length=100, default="the text itself")
    audience = models.CharField(max_length=8)
    scope = models.CharField(max_length=100, default="")
    unit_path = models.CharField(max_length=64)
    batch_id = models.BigIntegerField(default=0)
    state = models.CharField(max_length=12, default="live")

    SIGHT = SightFields(shown={"state": ("live", "withdrawn")}, hidden_batches=unreleased, stub=("title", "unit_path"))

    class Meta:
        app_label = "sight_tests"

    def __str__(self):
        return str(self.pk)


class Page(models.Model):
    """Something that is seen if its paper is."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE)
    state = models.CharField(max_length=12, default="frozen")

    SIGHT = SightFields(
        prefix="paper__", shown={"paper__state": ("live",), "state": ("frozen",)}, hidden_batches=unreleased
    )

    class Meta:
        app_label = "sight_tests"

    def __str__(self):
        return str(self.pk)
