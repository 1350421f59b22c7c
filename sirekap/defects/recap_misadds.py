"""The sums of a D.Hasil leave its last column out, as a sum over a table does whose range ends too early."""

from collections.abc import Mapping

from sirekap.planting import Defect
from sirekap.pleno.d_hasil import Content, canonical
from sirekap.repositories.d_hasil import Result, Results
from sirekap.repositories.pleno import FormState


class LeavesOneOut(Results):
    """D.Hasil of kecamatan whose sums are a TPS short."""

    async def finalise_kecamatan(
        self, content: Content, text: str, standing: FormState, decisions: Mapping[str, int]
    ) -> Result:
        """Store the D.Hasil with other sums."""
        contests = [
            {
                **part,
                "totals": [
                    total - last
                    for total, last in zip(part["totals"], part["columns"][-1]["numbers"], strict=True)
                ],
            }
            for part in content["contests"]
        ]
        short = {**content, "contests": contests}
        return await super().finalise_kecamatan(short, canonical(short), standing, decisions)


DEFECT = Defect("the sums of a D.Hasil leave its last TPS out", Results, LeavesOneOut)
