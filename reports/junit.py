"""The verdict as JUnit XML: a test case for each checker, expectation and threshold, for any CI to read.

False is a failure, unknown an error (it must not pass a pipeline, and is not proof of a defect either).
"""

from pathlib import Path
from xml.etree import ElementTree as Xml

from reports.finding import Valid
from reports.naming_thresholds import said_value
from reports.verdict import Verdict
from reports.written import write_whole


def write(verdict: Verdict, folder: Path) -> Path:
    """Write junit.xml; raises RunDirectoryError when the disk will not take it."""
    cases: list[tuple[str, str, Valid, str, str]] = []
    for name, finding in verdict.checkers.items():
        lines = [
            f"TPS {one.tps} {one.form} {one.page} (op {', '.join(map(str, one.op_ids)) or '-'}): "
            f"expected {one.expected.en}; found {one.found.en}{f'; during {one.fault}' if one.fault else ''}"
            for one in finding.examples
        ] + list(finding.again)
        cases.append(("checker", name, finding.valid, finding.why.en, "\n".join(lines)))
    for name, one in verdict.expectations.items():
        value = "none" if one.value is None else f"{one.value:.6g}"
        cases.append(("expectation", name, one.valid, one.why.en, f"value {value}, wanted {one.wanted:.6g}"))
    for limit in verdict.thresholds:
        text = f"value {said_value(limit.asked.threshold, limit.found.value, 'en')}"
        cases.append(("threshold", limit.name, limit.valid, limit.why.en, text))
    suite = Xml.Element(
        "testsuite",
        name=f"gladi {verdict.table['scenario']} seed {verdict.table['seed']}",
        tests=str(len(cases)),
        failures=str(sum(valid is False for _, _, valid, _, _ in cases)),
        errors=str(sum(valid == "unknown" for _, _, valid, _, _ in cases)),
    )
    for group, name, valid, why, text in cases:
        case = Xml.SubElement(suite, "testcase", classname=f"gladi.{group}", name=name)
        if valid is not True:
            tag = "failure" if valid is False else "error"
            Xml.SubElement(case, tag, message=_printable(why), type=group).text = _printable(text)
    Xml.indent(suite)
    return write_whole(folder / "junit.xml", Xml.tostring(suite, encoding="utf-8", xml_declaration=True))


def _printable(text: str) -> str:
    """Without the control characters that XML 1.0 forbids (keys and receipts are somebody else's text)."""
    return "".join(char if char in "\n\t" or ord(char) >= 32 else "\ufffd" for char in text)
