"""Small programs with torch's less usual parts; each returns a loss. `PROGRAMS` has all of them."""

import threading
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import Function
from torch.autograd.graph import register_multi_grad_hook, save_on_cpu, saved_tensors_hooks
from torch.nn import functional
from torch.utils.checkpoint import checkpoint, checkpoint_sequential

PROGRAMS: dict[str, Callable[[], Tensor]] = {}


def program(make: Callable[[], Tensor]) -> Callable[[], Tensor]:
    """Enter a program into the list, by its name in plain words."""
    PROGRAMS[make.__name__.replace("_", " ")] = make
    return make


def leaf(value: object, dtype: torch.dtype = torch.float64) -> Tensor:
    """A tensor that takes a gradient."""
    return torch.tensor(value, dtype=dtype, requires_grad=True)


class Square(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    def backward(ctx: Any, above: Tensor) -> Tensor:
        (x,) = ctx.saved_tensors
        made: Tensor = 2 * x * above
        return made


class Masked(Function):
    """In torch's newer form, with a second output that takes no gradient."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x: Tensor, factor: float) -> tuple[Tensor, Tensor]:
        return x * factor, x > 0

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
        ctx.factor = inputs[1]
        ctx.mark_non_differentiable(output[1])

    @staticmethod
    def backward(ctx: Any, above: Tensor, _: Tensor) -> tuple[Tensor, None]:
        return above * ctx.factor, None


class DoubledInPlace(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.mark_dirty(x)
        return x.mul_(2)

    @staticmethod
    def backward(ctx: Any, above: Tensor) -> Tensor:
        return above * 2


class Passing(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        return x, y

    @staticmethod
    def backward(ctx: Any, left: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
        return left, right


class Undefined(Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> tuple[Tensor, Tensor]:
        ctx.set_materialize_grads(False)
        return x * 2, x * 3

    @staticmethod
    def backward(ctx: Any, left: Tensor | None, right: Tensor | None) -> Tensor | None:
        assert left is None
        return None if right is None else 3 * right


class Inner(Function):
    """Runs autograd inside of its own forward and backward."""

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        with torch.enable_grad():
            ctx.x = x.detach().requires_grad_()
            ctx.y = Square.apply(ctx.x) * 3
        made: Tensor = ctx.y.detach()
        return made

    @staticmethod
    def backward(ctx: Any, above: Tensor) -> Tensor:
        return torch.autograd.grad(ctx.y, ctx.x, above, retain_graph=True)[0]


@program
def the_slope_of_a_function_of_ones_own() -> Tensor:
    x = leaf([1.0, 2.0])
    (slope,) = torch.autograd.grad(Square.apply(x).sum(), x, create_graph=True)
    return (slope * x).sum()


@program
def an_output_without_a_gradient() -> Tensor:
    y, mask = Masked.apply(leaf([1.0, -2.0]), 3.0)
    return (y * mask).sum()


@program
def a_function_of_ones_own_under_vmap() -> Tensor:
    made: Tensor = torch.func.vmap(lambda v: Masked.apply(v, 2.0)[0])(leaf([1.0, 2.0])).sum()
    return made


@program
def a_function_that_works_in_place() -> Tensor:
    return (DoubledInPlace.apply(leaf([1.0, 2.0]) * 1) * 3).sum()


@program
def a_function_that_hands_its_inputs_on() -> Tensor:
    x, y = Passing.apply(leaf([1.0, 2.0]), leaf([3.0, 4.0]))
    return (x * y).sum()


@program
def a_function_that_gets_no_gradient_for_an_output() -> Tensor:
    left, right = Undefined.apply(leaf([1.0, 2.0]))
    made: Tensor = right.sum()
    assert not torch.equal(left, right)
    return made


@program
def autograd_inside_of_a_function() -> Tensor:
    made: Tensor = Inner.apply(leaf([1.0, 2.0]) * 2).sum()
    return made


@program
def saved_tensors_packed_as_arrays() -> Tensor:
    with saved_tensors_hooks(lambda t: t.detach().numpy().copy(), torch.from_numpy):
        x = leaf([1.0, 2.0])
        y = (x * x).exp()
    return y.sum()


@program
def saved_tensors_kept_on_the_cpu() -> Tensor:
    with save_on_cpu():
        x = leaf([1.0, 2.0])
        y = (x * x).exp()
    return y.sum()


@program
def checkpoints_in_a_checkpoint() -> Tensor:
    layer, x = nn.Linear(3, 3), torch.ones(2, 3, requires_grad=True)

    def inner(v: Tensor) -> Tensor:
        made = checkpoint(lambda u: u.tanh().exp(), v.sin(), use_reentrant=False)
        assert isinstance(made, Tensor)
        return made * 2

    made = checkpoint(inner, layer(x), use_reentrant=False)
    assert isinstance(made, Tensor)
    return made.sum()


@program
def a_checkpoint_of_random_numbers() -> Tensor:
    layers = nn.Sequential(nn.Linear(3, 3), nn.Dropout(0.5), nn.Tanh())
    x = torch.ones(2, 3, requires_grad=True)
    made = checkpoint(layers, x * 2, use_reentrant=False)
    assert isinstance(made, Tensor)
    return (made * x).sum()


@program
def a_checkpointed_sequence() -> Tensor:
    layers = nn.Sequential(*[nn.Linear(3, 3) for _ in range(4)])
    x = torch.ones(2, 3, requires_grad=True)
    made: Tensor = checkpoint_sequential(layers, 2, x, use_reentrant=False).sum()
    return made


@program
def a_gradient_penalty() -> Tensor:
    layer, x = nn.Linear(3, 1), torch.ones(2, 3, requires_grad=True)
    y = layer(x).sigmoid()
    (slope,) = torch.autograd.grad(y.sum(), x, create_graph=True)
    made: Tensor = y.mean() + ((slope.norm(dim=1) - 1) ** 2).mean()
    return made


@program
def a_third_derivative() -> Tensor:
    x = leaf(2.0)
    y = x**4
    for _ in range(3):
        (y,) = torch.autograd.grad(y, x, create_graph=True)
    return y * x


@program
def a_hessian() -> Tensor:
    x = leaf([1.0, 2.0])
    made: Tensor = torch.func.hessian(lambda v: (v**3).sum())(x).sum()
    return made


@program
def a_hessian_by_two_backwards() -> Tensor:
    x = leaf([1.0, 2.0, 3.0])
    hessian: Any = torch.autograd.functional.hessian
    made: Tensor = hessian(lambda v: (v**3).sum(), x, create_graph=True).sum()
    return made


@program
def writing_through_a_view_of_a_view() -> Tensor:
    h = leaf([[1.0, 2.0], [3.0, 4.0]]) * 1
    h.t()[0].view(2).mul_(2)
    h[0, 1] = 7.0
    return (h * h).sum()


@program
def writing_into_a_plain_buffer() -> Tensor:
    buffer, x = torch.zeros(4, dtype=torch.float64), leaf([1.0, 2.0])
    buffer[:2] = x
    buffer[2:] = x * 2
    return (buffer * buffer).sum()


@program
def many_operations_in_place() -> Tensor:
    x = leaf([1.0, 2.0])
    h = x.clone()
    h += 1
    h *= x
    h /= 2
    h **= 2
    h.clamp_(0, 10).sqrt_()
    return h.sum()


@program
def indices_written_and_added() -> Tensor:
    x = leaf([1.0, 2.0, 3.0])
    h = x * 1
    h[torch.tensor([0, 2])] = x[:2] * 3
    h.index_add_(0, torch.tensor([1]), x[:1])
    h.masked_fill_(h > 6, 0.5)
    return (h**2).sum()


@program
def parts_of_a_split() -> Tensor:
    first, second, third = leaf([1.0, 2.0, 3.0, 4.0, 5.0]).split([2, 2, 1])
    return (first * second).sum() * third.sum()


@program
def a_grid() -> Tensor:
    x, y = torch.meshgrid(leaf([1.0, 2.0]), leaf([3.0, 4.0, 5.0]), indexing="ij")
    return (x * y).sum()


@program
def indices_that_take_no_gradient() -> Tensor:
    x = leaf([3.0, 1.0, 2.0])
    top, places = x.topk(2)
    ordered, order = x.sort()
    return (top * places).sum() + (ordered * order).sum() + x[x.argmax()]


@program
def rounding_passed_straight_through() -> Tensor:
    x = leaf([1.2, 2.7])
    return (x + (x.round() - x).detach()).pow(2).sum()


@program
def a_running_mean_that_is_cut_off() -> Tensor:
    x, state = leaf([1.0, 2.0]), torch.zeros(2, dtype=torch.float64)
    h = x
    for _ in range(3):
        h = x * 2
        state = 0.9 * state + 0.1 * h.detach()
    return (h * state).sum()


@program
def sparse_by_dense() -> Tensor:
    values = leaf([3.0, 4.0, 5.0])
    matrix = torch.sparse_coo_tensor(torch.tensor([[0, 1, 1], [2, 0, 2]]), values, (2, 3))
    return torch.sparse.mm(matrix, leaf([[1.0], [2.0], [3.0]])).sum()


@program
def a_sparse_leaf() -> Tensor:
    places = torch.tensor([[0, 1, 1], [2, 0, 2]])
    matrix = torch.sparse_coo_tensor(places, torch.tensor([3.0, 4.0, 5.0]), (2, 3))
    made: Tensor = torch.sparse.sum(matrix.requires_grad_() * 2)  # type: ignore[no-untyped-call]
    return made


@program
def sparse_rows() -> Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = leaf([[0.0, 2.0], [3.0, 0.0]]).to_sparse_csr()
    return (rows @ leaf([[1.0], [2.0]])).sum()


@program
def a_linear_layer_on_ragged_rows() -> Tensor:
    rows = torch.nested.nested_tensor(
        [torch.ones(2, 3), torch.ones(4, 3)], layout=torch.jagged, requires_grad=True
    )
    made: Tensor = nn.Linear(3, 2)(rows).values().sum()
    return made


@program
def nested_rows_of_the_older_kind() -> Tensor:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = torch.nested.as_nested_tensor([leaf([1.0, 2.0]), leaf([3.0, 4.0, 5.0])])
        return torch.nested.to_padded_tensor(rows * 2, 0.0).sum()


@program
def a_fourier_transform() -> Tensor:
    return torch.fft.rfft(leaf([1.0, 2.0, 3.0])).abs().pow(2).sum()


@program
def complex_numbers() -> Tensor:
    z = leaf([1 + 2j, 3 - 1j], torch.complex128)
    return (z * z.conj()).real.sum() + z.abs().sum() + torch.view_as_real(z.exp()).sum()


@program
def a_slope_by_forward_mode() -> Tensor:
    x = leaf([1.0, 2.0])
    value, tangent = torch.func.jvp(lambda v: v**3, (x,), (torch.ones_like(x),))
    made: Tensor = (value * tangent).sum()
    return made


@program
def an_ensemble_under_vmap() -> Tensor:
    base = nn.Linear(2, 1)
    parameters, _ = torch.func.stack_module_state([nn.Linear(2, 1) for _ in range(3)])
    call = torch.func.functional_call
    made: Tensor = torch.vmap(lambda p, x: call(base, p, (x,)), in_dims=(0, None))(
        parameters, torch.ones(3, 2)
    ).sum()
    return made


class Counting(Tensor):
    """A subclass with a say in every function."""

    @classmethod
    def __torch_function__(cls, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        return super().__torch_function__(func, types, args, kwargs or {})


@program
def a_subclass_with_a_say() -> Tensor:
    return (torch.ones(2).as_subclass(Counting).requires_grad_() * 3).exp().sum()


@program
def an_orthogonal_matrix() -> Tensor:
    layer: nn.Module = nn.utils.parametrizations.orthogonal(nn.Linear(3, 3))
    made: Tensor = layer(torch.ones(1, 3)).sum()
    return made


@program
def a_spectral_norm() -> Tensor:
    layer: nn.Module = nn.utils.parametrizations.spectral_norm(nn.Linear(3, 3))
    made: Tensor = layer(torch.ones(1, 3)).sum()
    return made


@program
def a_layer_that_waits_for_its_sizes() -> Tensor:
    made: Tensor = nn.LazyLinear(2)(torch.ones(1, 3)).sum()
    return made


@program
def a_hook_for_several_leaves() -> Tensor:
    x, y = leaf(2.0), leaf(3.0)
    register_multi_grad_hook((x, y), lambda grads: None)
    return x * y


@program
def parts_made_in_other_threads() -> Tensor:
    x, parts = leaf(2.0), []
    for factor in (1.0, 2.0, 3.0):
        work = threading.Thread(target=lambda f=factor: parts.append((x * f).exp()))
        work.start()
        work.join()
    return (parts[0] + parts[1] + parts[2]) * x


@program
def recurrent_layers_both_ways() -> Tensor:
    made: Tensor = nn.LSTM(3, 4, 2, bidirectional=True)(torch.ones(5, 2, 3))[0].sum()
    return made


@program
def attention_with_several_heads() -> Tensor:
    x = torch.rand(3, 1, 4)
    made: Tensor = nn.MultiheadAttention(4, 2)(x, x, x)[0].sum()
    return made


@program
def a_loss_of_alignments() -> Tensor:
    scores = torch.rand(5, 2, 4, requires_grad=True).log_softmax(2)
    lengths, words = torch.tensor([5, 5]), torch.tensor([[1, 2], [1, 3]])
    return functional.ctc_loss(scores, words, lengths, torch.tensor([2, 2]))


@program
def a_sample_that_passes_gradients() -> Tensor:
    normal = torch.distributions.Normal(leaf(0.5), leaf(1.0))
    sample = normal.rsample()  # type: ignore[no-untyped-call]
    made: Tensor = sample**2 - normal.log_prob(sample.detach())  # type: ignore[no-untyped-call]
    return made


@program
def an_operator_of_ones_own() -> Tensor:
    return torch.ops.autoviz_tests.sine(leaf([1.0, 2.0]) * 2).sum()


@torch.library.custom_op("autoviz_tests::sine", mutates_args=())
def sine(x: Tensor) -> Tensor:
    """A sine that torch knows nothing of."""
    return torch.from_numpy(x.detach().numpy().copy()).sin()


def _keep(ctx: Any, inputs: tuple[Any, ...], output: Any) -> None:
    ctx.save_for_backward(inputs[0])


def _sine_backward(ctx: Any, above: Tensor) -> Tensor:
    made: Tensor = above * ctx.saved_tensors[0].cos()
    return made


sine.register_autograd(_sine_backward, setup_context=_keep)
