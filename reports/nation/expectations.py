"""What a nation's scenario expected: complete and activated in time, good service, no collapse.

Three-valued: unknown where a table cannot be used or the run ended before the moment that is asked about.
"""

from datetime import datetime

from reports.expectations import Expectation
from reports.finding import Valid
from reports.nation.activation import active_at
from reports.nation.completeness import completeness_of
from reports.nation.rundir import NationRun
from reports.nation.schema import COMPLETE, METASTABLE
from reports.nation.survivability import GROUPS, survivability_of
from reports.words import Text, number, percent

_TITLES = {
    "login": Text("Ketersediaan: masuk dan aktivasi", "Availability: login and activation"),
    "submit_page": Text("Ketersediaan: unggah halaman", "Availability: page uploads"),
    "read": Text("Ketersediaan: baca dan lainnya", "Availability: reading and the rest"),
}


def expectations_of(run: NationRun) -> dict[str, Expectation]:
    """Every expectation, by name; what cannot be known says why."""
    found = [_complete(run), _activated(run), _stable(run), *(_available(run, group) for group in GROUPS)]
    return {one.name: one for one in found}


def played_until_s(run: NationRun) -> float:
    """Run clock at which the simulation stopped; the scenario's end where it was played whole."""
    return float(run.facts.get("played_until_s", run.nation.until_s))


def _unknown(run: NationRun, name: str, title: Text, wanted: float, *tables: str) -> Expectation:
    why = [run.problems[table] for table in tables if table in run.problems]
    told = Text("; ".join(one.id for one in why), "; ".join(one.en for one in why))
    return Expectation(name, title, None, wanted, "unknown", told)


def _complete(run: NationRun) -> Expectation:
    expect = run.nation.expect
    by_s = run.nation.run_s(expect.by)
    title = Text(f"Lengkap sampai {_when(expect.by, True)}", f"Complete by {_when(expect.by, False)}")
    found = completeness_of(run)
    if found is None:
        return _unknown(run, "complete", title, expect.complete, "tps.parquet")
    share = found.whole.by(by_s)
    valid: Valid = share >= expect.complete
    done = round(share * found.whole.expected)
    form, of = found.whole.name.upper(), found.whole.expected
    why = Text(
        f"{number(done, 'id')} dari {number(of, 'id')} TPS dengan {form} utuh di server",
        f"{number(done, 'en')} of {number(of, 'en')} TPS with the whole {form} at the server",
    )
    if valid is False and played_until_s(run) < by_s:
        valid = "unknown"
        why = Text(why.id + "; simulasi berhenti sebelum saat itu", why.en + "; the run stopped before then")
    return Expectation("complete", title, share, expect.complete, valid, why)


def _activated(run: NationRun) -> Expectation:
    wanted = run.nation.expect.activated
    title = Text("Akun aktif saat hari pemungutan suara dimulai", "Accounts active as election day begins")
    share = active_at(run, run.nation.day_s)
    if share is None:
        return _unknown(run, "activated", title, wanted, "tps.parquet")
    valid: Valid = share >= wanted
    if valid is False and played_until_s(run) < run.nation.day_s:
        valid = "unknown"
    n = 2 * int(run.facts["n_tps"])
    done = round(share * n)
    why = Text(
        f"{number(done, 'id')} dari {number(n, 'id')} akun",
        f"{number(done, 'en')} of {number(n, 'en')} accounts",
    )
    return Expectation("activated", title, share, wanted, valid, why)


def _stable(run: NationRun) -> Expectation:
    ended = run.facts["ended"]
    title = Text("Tidak runtuh", "No collapse")
    if ended == METASTABLE:
        at = run.wib(played_until_s(run))
        why = Text(
            f"METASTABLE: sejak {_when(at, True)} server sibuk dengan permintaan yang tidak lagi ditunggu "
            "siapa "
            "pun, dan tidak pulih sendiri",
            f"METASTABLE: by {_when(at, False)} the server was busy with requests nobody waited for any "
            "more, "
            "and did not recover by itself",
        )
        return Expectation("stable", title, 0.0, 1.0, False, why)
    if ended != COMPLETE:
        why = Text("simulasi dihentikan", "the simulation was stopped")
        return Expectation("stable", title, None, 1.0, "unknown", why)
    why = Text("simulasi sampai akhir", "played to its end")
    return Expectation("stable", title, 1.0, 1.0, True, why)


def _available(run: NationRun, group: str) -> Expectation:
    wanted, name = run.nation.slo.availability, f"available_{group}"
    found = survivability_of(run)
    if found is None:
        return _unknown(
            run, name, _TITLES[group], wanted, "minutes.parquet", "pools.parquet", "latency.parquet"
        )
    share = found.availability[group]
    limit = getattr(run.nation.slo, f"{group}_s")
    if share is None:
        why = Text("tidak ada yang diminta", "nothing was asked for")
        return Expectation(name, _TITLES[group], None, wanted, True, why)
    why = Text(
        f"{percent(share, 'id')} dijawab dalam {number(limit, 'id')} detik",
        f"{percent(share, 'en')} answered within {number(limit, 'en')} seconds",
    )
    return Expectation(name, _TITLES[group], share, wanted, share >= wanted, why)


def _when(at: datetime, indonesian: bool) -> str:
    from reports.telling import moment

    return moment(at, "id" if indonesian else "en") + " WIB"
