"""Sixteen (or eight) small whole numbers at once, inside compiled kernels.

A row of lanes holds 16-bit whole numbers and maps onto what every processor of the last twenty years has
(SSE2, NEON), wider ones being used where they exist. The same bits come out everywhere, because nothing
here is a fraction: that is why kernels say it outright, instead of hoping that a compiler finds it in a loop.
`+`, `-` and `*` keep the low 16 bits; `>>` shifts zeros in from above.
Nothing is checked: whoever reads or writes lanes answers for all the places lying within the array.

Like `counter`, this is compiled into every kernel that uses it: after changing it, delete numba's caches.
"""

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.core.extending import intrinsic, models, register_model
from numba.core.imputils import lower_builtin
from numba.core.typing.templates import AbstractTemplate, infer_global, signature

_BITS = 16


class Lanes(types.Type):  # type: ignore[misc]
    """Numba's type of a row of lanes."""

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(name=f"Lanes({count})")


@register_model(Lanes)
class _Model(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager: Any, kind: Lanes) -> None:
        super().__init__(manager, kind, ir.VectorType(ir.IntType(_BITS), kind.count))


@infer_global(len)
class _LengthTyped(AbstractTemplate):  # type: ignore[misc]
    def generic(self, given: Any, named: Any) -> Any:
        return signature(types.intp, *given) if isinstance(given[0], Lanes) else None


@lower_builtin(len, Lanes)  # type: ignore[untyped-decorator]
def _length_lowered(context: Any, builder: Any, sig: Any, given: Any) -> Any:
    return context.get_constant(types.intp, sig.args[0].count)


def _instruction(define: Callable[..., Any]) -> Any:
    """`numba.intrinsic`; type checkers would take what it makes for the function it is given."""
    return intrinsic(define)


def _vector(count: int, bits: int) -> ir.VectorType:
    return ir.VectorType(ir.IntType(bits), count)


def _filled(count: int, bits: int, value: int) -> ir.Constant:
    return ir.Constant(_vector(count, bits), [value] * count)


def _arithmetic(symbol: Callable[..., Any], build: Callable[[Any, Any, Any], Any]) -> None:
    """Teach numba `lanes symbol lanes`."""

    @infer_global(symbol)
    class _Typed(AbstractTemplate):  # type: ignore[misc]
        def generic(self, given: Any, named: Any) -> Any:
            if len(given) == 2 and isinstance(given[0], Lanes) and given[0] == given[1]:
                return signature(given[0], *given)
            return None

    @lower_builtin(symbol, Lanes, Lanes)  # type: ignore[untyped-decorator]
    def lowered(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        return build(builder, *given)


_arithmetic(operator.add, lambda builder, a, b: builder.add(a, b))
_arithmetic(operator.sub, lambda builder, a, b: builder.sub(a, b))
_arithmetic(operator.mul, lambda builder, a, b: builder.mul(a, b))


@infer_global(operator.rshift)
class _ShiftTyped(AbstractTemplate):  # type: ignore[misc]
    def generic(self, given: Any, named: Any) -> Any:
        if len(given) == 2 and isinstance(given[0], Lanes) and isinstance(given[1], types.Integer):
            return signature(given[0], *given)
        return None


@lower_builtin(operator.rshift, Lanes, types.Integer)  # type: ignore[untyped-decorator]
def _shift_lowered(context: Any, builder: Any, sig: Any, given: Any) -> Any:
    return builder.lshr(given[0], _spread(builder, given[1], sig.args[0].count))


def _spread(builder: Any, value: Any, count: int) -> Any:
    """The low 16 bits of a number in every lane."""
    wide = value.type.width
    if wide < _BITS:
        value = builder.zext(value, ir.IntType(_BITS))
    elif wide > _BITS:
        value = builder.trunc(value, ir.IntType(_BITS))
    kind = _vector(count, _BITS)
    one = builder.insert_element(ir.Constant(kind, ir.Undefined), value, ir.IntType(32)(0))
    return builder.shuffle_vector(one, ir.Constant(kind, ir.Undefined), _filled(count, 32, 0))


def _place(context: Any, builder: Any, kind: Any, array: Any, at: Any, vector: ir.VectorType) -> Any:
    """Address of element `at` of a contiguous array, as the address of a vector."""
    data = context.make_array(kind)(context, builder, array).data
    return builder.bitcast(builder.gep(data, [at]), vector.as_pointer())


@_instruction
def sixteen(typing: Any) -> Any:
    """sixteen(): sixteen zeros."""
    kind = Lanes(16)
    return kind(), lambda context, builder, sig, given: _filled(16, _BITS, 0)


@_instruction
def eight(typing: Any) -> Any:
    """eight(): eight zeros."""
    kind = Lanes(8)
    return kind(), lambda context, builder, sig, given: _filled(8, _BITS, 0)


@_instruction
def all_of(typing: Any, like: Any, value: Any) -> Any:
    """all_of(like, value): `value` in as many lanes as `like` has."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        return _spread(builder, given[1], sig.args[0].count)

    return like(like, value), generate


@_instruction
def ramp(typing: Any, like: Any, start: Any, step: Any) -> Any:
    """ramp(like, start, step): start, start + step, start + 2 step ..., as many as `like` has."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        count = sig.args[0].count
        steps = ir.Constant(_vector(count, _BITS), list(range(count)))
        rise = builder.mul(_spread(builder, given[2], count), steps)
        return builder.add(_spread(builder, given[1], count), rise)

    return like(like, start, step), generate


@_instruction
def read(typing: Any, like: Any, array: Any, at: Any) -> Any:
    """read(like, array, at): neighbours from a flat array of 8 or 16-bit numbers, as many as `like` has."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        count, content = sig.args[0].count, sig.args[1].dtype
        vector = _vector(count, content.bitwidth)
        loaded = builder.load(_place(context, builder, sig.args[1], given[1], given[2], vector), align=1)
        if content.bitwidth == _BITS:
            return loaded
        widen = builder.sext if content.signed else builder.zext
        return widen(loaded, _vector(count, _BITS))

    return like(like, array, at), generate


@_instruction
def write(typing: Any, array: Any, at: Any, lanes: Any) -> Any:
    """write(array, at, lanes): into a flat array of 8 or 16-bit numbers; of 8-bit ones the low byte."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        count, bits = sig.args[2].count, sig.args[0].dtype.bitwidth
        vector = _vector(count, bits)
        place = _place(context, builder, sig.args[0], given[0], given[1], vector)
        value = given[2] if bits == _BITS else builder.trunc(given[2], vector)
        builder.store(value, place, align=1)
        return context.get_dummy_value()

    return types.void(array, at, lanes), generate


def _part(*, signed: bool) -> Any:
    def part(typing: Any, a: Any, b: Any) -> Any:
        def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
            wide = _vector(sig.args[0].count, 2 * _BITS)
            widen = builder.sext if signed else builder.zext
            product = builder.mul(widen(given[0], wide), widen(given[1], wide))
            high = builder.lshr(product, _filled(wide.count, 2 * _BITS, _BITS))
            return builder.trunc(high, given[0].type)

        return a(a, b), generate

    return _instruction(part)


part = _part(signed=False)
"""part(a, b): a * b / 65536, rounded down; both count as 0..65535."""
part_signed = _part(signed=True)
"""part_signed(a, b): a * b / 65536, rounded down; both count as -32768..32767."""


@_instruction
def above(typing: Any, a: Any, b: Any) -> Any:
    """above(a, b): by how much a exceeds b, or nothing; both count as 0..65535."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        more = builder.icmp_unsigned(">", given[0], given[1])
        nothing = _filled(sig.args[0].count, _BITS, 0)
        return builder.select(more, builder.sub(given[0], given[1]), nothing)

    return a(a, b), generate


@_instruction
def byte(typing: Any, a: Any, fraction: Any) -> Any:
    """byte(a, n): a with n fraction bits, -32768..32767, rounded down and kept within 0..255."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        count = sig.args[0].count
        value = builder.ashr(given[0], _spread(builder, given[1], count))
        least, most = _filled(count, _BITS, 0), _filled(count, _BITS, 255)
        value = builder.select(builder.icmp_signed("<", value, least), least, value)
        return builder.select(builder.icmp_signed(">", value, most), most, value)

    return a(a, fraction), generate


@_instruction
def any_set(typing: Any, a: Any) -> Any:
    """any_set(lanes): whether any bit of any lane is 1."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        whole = builder.bitcast(given[0], ir.IntType(_BITS * sig.args[0].count))
        return builder.icmp_unsigned("!=", whole, ir.Constant(whole.type, 0))

    return types.boolean(a), generate


@_instruction
def joined(typing: Any, a: Any, b: Any) -> Any:
    """joined(a, b): the lanes of a, then those of b."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        twice = 2 * sig.args[0].count
        return builder.shuffle_vector(*given, ir.Constant(_vector(twice, 32), list(range(twice))))

    return Lanes(2 * a.count)(a, b), generate


@_instruction
def pairs(typing: Any, a: Any) -> Any:
    """pairs(lanes): sums of two neighbours, half as many lanes."""

    def generate(context: Any, builder: Any, sig: Any, given: Any) -> Any:
        count = sig.args[0].count
        none = ir.Constant(given[0].type, ir.Undefined)
        picks = [ir.Constant(_vector(count // 2, 32), list(range(k, count, 2))) for k in (0, 1)]
        even, odd = (builder.shuffle_vector(given[0], none, pick) for pick in picks)
        return builder.add(even, odd)

    return Lanes(a.count // 2)(a), generate
