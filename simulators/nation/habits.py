"""A nation's scenario as plain figures: what both engines read, and nothing else.

Times are seconds of the run clock; moments "of a zone" are those of WIB and are shifted by each TPS's own
offset in `moments`.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scenarios.links import LINKS
from scenarios.nation import Nation
from simulators.country.model import LINK_NAMES

Floats = NDArray[np.float64]

SIGNAL_POINT = LINK_NAMES.index("3g")
"""What a phone gets where its owner has travelled to."""

SKIPS_MOST = 3
"""Pages that fail one after the other before the app lets its queue be."""


class Habits(NamedTuple):
    """Figures of a scenario; arrays have one item a form, a training, a session or a link class."""

    until_s: float
    close_s: float  # of a zone: the close of voting, as if it were WIB
    day_s: float  # of a zone: midnight of election day
    # activation, trainings, the check of H-1, the morning
    already: float
    opens_s: float
    spread_s: float
    storm_share: float
    over_days: float
    activation_tries: int
    activation_rest_s: float
    help_desk_s: float
    desk_visits: int
    training_s: Floats
    training_spread_s: Floats
    training_share: Floats
    login_s: float
    login_spread_s: float
    login_share: float
    morning_s: float
    morning_spread_s: float
    morning_share: float
    # the count and the photographs
    count_median_s: Floats
    count_sigma: float
    count_fixed: float
    write_s: float
    write_sigma: float
    page_s: float
    page_sigma: float
    pages_at_a_time: float
    batch_share: float
    stuck_share: float
    stuck_s: float
    plano_s: float  # of a zone
    plano_spread_s: float
    # persons
    rest_s: float
    rest_growth: float
    rest_most_s: float
    tries: int
    bedtime_s: float  # of a zone
    bedtime_spread_s: float
    standby_s: float
    borrow_s: float
    backup_share: float
    each_form_share: float
    session_start_s: Floats  # of a zone
    session_end_s: Floats
    session_share: Floats
    # the app
    timeout_s: float
    upload_timeout_s: float
    retries: int
    backoff_first_s: float
    backoff_factor: float
    backoff_max_s: float
    session_s: float
    photo_bytes: float
    photo_sigma: float
    skips: bool
    staggered_s: float
    # links: seconds of a round trip, and a byte's
    rtt_s: Floats
    up_s: Floats
    down_s: Floats
    cycle_s: float
    gap_s: float
    # the pleno
    pleno_s: float
    pleno_latest_s: float
    pleno_from_s: float  # clock, seconds after local midnight
    pleno_until_s: float
    reading_s: float
    panel_tps: float
    panels_most: int
    stall_s: float
    suspended_s: Floats  # [n, 3]: from, until (WIB), share of kecamatan
    # the portal
    beat_s: float
    beats_from_s: float
    beats_until_s: float
    views_a_s: float  # that reach the server, on the average of a day


def habits(nation: Nation, forms: tuple[str, ...]) -> Habits:
    """Of a scenario, for forms in counting order; raises ValueError naming a form without a count."""
    missing = [form for form in forms if form not in nation.counting.medians]
    if missing:
        raise ValueError(f"counting.medians: no time for {', '.join(missing)}")
    start, count, person, app = nation.activation, nation.counting, nation.persons, nation.app
    links = [LINKS[name] for name in LINK_NAMES]
    pleno, portal = nation.pleno, nation.portal
    day_s = nation.day_s
    suspended = [(nation.run_s(one.start), nation.run_s(one.end), one.share) for one in pleno.suspended]
    return Habits(
        until_s=nation.until_s,
        close_s=day_s + nation.calendar.close,
        day_s=day_s,
        already=start.already,
        opens_s=nation.run_s(start.opens),
        spread_s=start.spread,
        storm_share=start.storm_share,
        over_days=max(1.0, start.over / 86_400.0),
        activation_tries=start.tries,
        activation_rest_s=start.rest,
        help_desk_s=start.help_desk,
        desk_visits=start.desk_visits,
        training_s=_floats([nation.run_s(one.at) for one in nation.training]),
        training_spread_s=_floats([one.spread for one in nation.training]),
        training_share=_floats([one.share for one in nation.training]),
        login_s=nation.run_s(nation.login.at),
        login_spread_s=nation.login.spread,
        login_share=nation.login.share,
        morning_s=day_s + nation.morning.at,
        morning_spread_s=nation.morning.spread,
        morning_share=nation.morning.share,
        count_median_s=_floats([count.medians[form] for form in forms]),
        count_sigma=count.sigma,
        count_fixed=count.fixed_share,
        write_s=count.write,
        write_sigma=count.write_sigma,
        page_s=count.page,
        page_sigma=count.page_sigma,
        pages_at_a_time=count.pages_at_a_time,
        batch_share=count.batch_share,
        stuck_share=count.stuck_share,
        stuck_s=count.stuck,
        plano_s=day_s + count.plano_leaves,
        plano_spread_s=count.plano_spread,
        rest_s=person.rest,
        rest_growth=person.rest_growth,
        rest_most_s=person.rest_most,
        tries=person.tries,
        bedtime_s=day_s + person.bedtime,
        bedtime_spread_s=person.bedtime_spread,
        standby_s=person.standby,
        borrow_s=person.borrow,
        backup_share=person.backup_share,
        each_form_share=person.each_form_share,
        session_start_s=_floats([nation.run_s(one.start) for one in nation.sessions]),
        session_end_s=_floats([nation.run_s(one.end) for one in nation.sessions]),
        session_share=_floats([one.share for one in nation.sessions]),
        timeout_s=app.timeout_s,
        upload_timeout_s=app.upload_timeout_s,
        retries=app.retries,
        backoff_first_s=app.backoff_first_s,
        backoff_factor=app.backoff_factor,
        backoff_max_s=app.backoff_max_s,
        session_s=app.session,
        photo_bytes=app.photo_bytes,
        photo_sigma=app.photo_sigma,
        skips=app.skips,
        staggered_s=app.staggered,
        rtt_s=_floats([link.rtt_ms / 1000 for link in links]),
        up_s=_floats([link.upload_s(1) for link in links]),
        down_s=_floats([link.download_s(1) for link in links]),
        cycle_s=nation.unsteady.cycle,
        gap_s=nation.unsteady.gap,
        pleno_s=nation.run_s(pleno.opens),
        pleno_latest_s=nation.run_s(pleno.opens_latest),
        pleno_from_s=pleno.from_clock,
        pleno_until_s=pleno.until_clock,
        reading_s=(pleno.until_clock - pleno.from_clock) / pleno.tps_a_day,
        panel_tps=pleno.panels_per_tps,
        panels_most=pleno.panels_most,
        stall_s=pleno.stall,
        suspended_s=_floats(suspended).reshape(-1, 3),
        beat_s=portal.beat,
        beats_from_s=nation.run_s(portal.start),
        beats_until_s=nation.run_s(portal.end),
        views_a_s=portal.hits_a_day / 86_400.0 * (1.0 - portal.cached),
    )


def _floats(values: Sequence[float] | Sequence[tuple[float, ...]]) -> Floats:
    return np.array(values, np.float64)
