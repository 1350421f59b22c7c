"""Eight single-precision numbers at once, inside compiled kernels: the sister of `lanes` for geometry.

Sums, products, square roots and comparisons of single precision are exact to the last bit by IEEE 754 and
are not merged here, so every machine gives the same. Whatever becomes bytes leaves through `whole`.
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core.extending import intrinsic, models, register_model
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature

from fakeforms.lanes import Lanes

_COUNT = 8
_VECTOR = ir.VectorType(ir.FloatType(), _COUNT)


class Singles(types.Type):  # type: ignore[misc]
    """Numba's type of eight numbers."""

    def __init__(self) -> None:
        super().__init__(name="Singles")


@register_model(Singles)
class _Model(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Singles) -> None:
        super().__init__(manager, kind, _VECTOR)


_SINGLES = Singles()


def _instruction(define: Callable[..., Any]) -> Any:
    return intrinsic(define)


def _arithmetic(symbol: Callable[..., Any], build: Callable[[Any, Any, Any], Any]) -> None:
    """Teach numba `singles symbol singles`."""

    @infer_global(symbol)
    class _Typed(AbstractTemplate):  # type: ignore[misc]
        def generic(self, given: Any, named: Any) -> Any:
            both = len(given) == 2 and all(isinstance(kind, Singles) for kind in given)
            return signature(_SINGLES, *given) if both else None

    @lower_builtin(symbol, Singles, Singles)  # type: ignore[untyped-decorator]
    def lowered(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        return build(builder, *given)


_arithmetic(operator.add, lambda builder, a, b: builder.fadd(a, b))
_arithmetic(operator.sub, lambda builder, a, b: builder.fsub(a, b))
_arithmetic(operator.mul, lambda builder, a, b: builder.fmul(a, b))


@_instruction
def eight_of(typing: Any, value: Any) -> Any:
    """eight_of(value): a number eight times, rounded to single precision."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        single = context.cast(builder, given[0], sig.args[0], types.float32)
        none, first = ir.Constant(_VECTOR, ir.Undefined), ir.IntType(32)(0)
        one = builder.insert_element(none, single, first)
        everywhere = ir.Constant(ir.VectorType(ir.IntType(32), _COUNT), [0] * _COUNT)
        return builder.shuffle_vector(one, none, everywhere)

    return _SINGLES(value), generate


@_instruction
def counted(typing: Any) -> Any:
    """counted(): 0, 1, 2 ... 7."""
    return _SINGLES(), lambda context, builder, sig, given: ir.Constant(
        _VECTOR, [float(k) for k in range(_COUNT)]
    )


@_instruction
def root(typing: Any, a: Any) -> Any:
    """root(a): square roots."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        kind = ir.FunctionType(_VECTOR, [_VECTOR])
        name = f"llvm.sqrt.v{_COUNT}f32"
        known = builder.module.globals.get(name)
        return builder.call(known or ir.Function(builder.module, kind, name), given)

    return a(a), generate


@_instruction
def between(typing: Any, least: Any, a: Any, most: Any) -> Any:
    """between(least, a, most): a, kept from least to most."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        low, value, high = given
        value = builder.select(builder.fcmp_ordered("<", value, high), value, high)
        return builder.select(builder.fcmp_ordered(">", value, low), value, low)

    return a(least, a, most), generate


@_instruction
def whole(typing: Any, a: Any) -> Any:
    """whole(a): eight lanes of the whole parts, which must fit in 16 bits."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        wide = builder.fptosi(given[0], ir.VectorType(ir.IntType(32), _COUNT))
        return builder.trunc(wide, ir.VectorType(ir.IntType(16), _COUNT))

    return Lanes(_COUNT)(a), generate
