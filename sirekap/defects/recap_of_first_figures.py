"""The D.Hasil is made of what phones had sent first: corrections are shown, and not added up."""

from collections.abc import Mapping

import orjson

from sirekap.planting import Defect
from sirekap.pleno.d_hasil import Content, canonical, with_numbers
from sirekap.repositories.d_hasil import Result, Results
from sirekap.repositories.pleno import FormState


class AddsUpFirstFigures(Results):
    """D.Hasil of kecamatan that read the first revision of every page."""

    async def finalise_kecamatan(
        self, content: Content, text: str, standing: FormState, decisions: Mapping[str, int]
    ) -> Result:
        """Store another D.Hasil than was drafted."""
        rows = await self._database.fetch(
            "SELECT tps, numbers FROM page_revision WHERE left(tps, 6) = $1 AND form = $2 AND revision = 1",
            content["region"],
            content["form"],
        )
        numbers = {
            (part["contest"], column["code"]): dict(zip(part["fields"], column["numbers"], strict=True))
            for part in content["contests"]
            for column in part["columns"]
        }
        for row in rows:
            for (_, code), values in numbers.items():
                if code == row["tps"]:
                    values.update(orjson.loads(row["numbers"]))
        first = with_numbers(content, numbers)
        return await super().finalise_kecamatan(first, canonical(first), standing, decisions)


DEFECT = Defect("a D.Hasil is made of what phones sent first", Results, AddsUpFirstFigures)
