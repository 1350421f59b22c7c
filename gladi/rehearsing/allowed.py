"""Whether a system may be loaded: loopback or its own consent, and worth a run."""

from gladi.consent import Consent, authorise, within_rate
from gladi.elsewhere import open_to_all, refuse_unreachable
from gladi.rehearsing.asked import Choices
from gladi.setting import Setting
from gladi.show import Show
from gladi.targeting import probe


def allowed(setting: Setting, choices: Choices, show: Show) -> Consent | None:
    """The consent of a system that is not this machine, wide enough for the run; raises UsageError.

    A system that is not our own is then looked at: CannotRunError where a run would teach nothing.
    """
    refuse_unreachable(choices.listen, choices.address)
    if odd := open_to_all(choices.listen):
        show.warn(odd)
    consent = authorise(choices.address, setting.scenario.id) if choices.address else None
    if consent is not None:
        within_rate(consent, setting.intended_peak_per_s)
    if choices.address is not None:
        for odd in probe(choices.address, choices.kind, setting.seed, str(choices.secrets or "")):
            show.warn(odd)
    return consent
