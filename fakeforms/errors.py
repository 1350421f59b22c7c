"""What can go wrong before a sheet is drawn, said so that a person can mend it."""


class FakeFormsError(ValueError):
    """Root of every error this package raises on purpose."""


class OrderError(FakeFormsError):
    """An order that cannot be filled in: the message names the field and what would be right."""


class TemplateError(FakeFormsError):
    """A form that is unknown, or a template file that is broken: the message names the place."""


class ShapeError(TemplateError):
    """Those who stand do not fit the form: too many, too few, or a number that it does not have."""
