"""What dbt does with its macros: it wraps all seven hundred for every node, several times; here each when called.

Wrapping what no node calls, and throwing it away, is a third of dbt's own work in a build.
"""

from collections.abc import Callable, Iterator, KeysView, Mapping, MutableMapping
from typing import Any, cast

from dbt.clients.jinja import MacroGenerator
from dbt.context.macros import FlatNamespace, MacroNamespace, MacroNamespaceBuilder
from dbt.context.manifest import ManifestContext
from dbt.contracts.graph.nodes import Macro
from dbt_common.clients.jinja import MacroFuzzTemplate, NativeSandboxTemplate

# How a macro is wrapped for the node whose context it is called in.
Wrap = Callable[[Macro], MacroGenerator]


class WrappedWhenCalled(MutableMapping[str, MacroGenerator]):
    """The macros of a package by name, each wrapped when it is first asked for."""

    def __init__(self, macros: Mapping[str, Macro], wrap: Wrap) -> None:
        self._macros = macros
        self._wrap = wrap
        self._wrapped: dict[str, MacroGenerator] = {}

    def __getitem__(self, name: str) -> MacroGenerator:
        """Wrap a macro, or return what stands in its place."""
        if name not in self._wrapped:
            self._wrapped[name] = self._wrap(self._macros[name])
        return self._wrapped[name]

    def __setitem__(self, name: str, wrapped: MacroGenerator) -> None:
        """Put another one in its place, as unit tests do with macros that they answer for."""
        self._wrapped[name] = wrapped

    def __delitem__(self, name: str) -> None:
        """Refuse: dbt takes no macro away."""
        raise TypeError(f"a macro cannot be taken away: {name}")

    def __contains__(self, name: object) -> bool:
        """Tell without wrapping it."""
        return name in self._macros or name in self._wrapped

    def __iter__(self) -> Iterator[str]:
        """Go through all names."""
        return iter(self._macros.keys() | self._wrapped.keys())

    def __len__(self) -> int:
        """Count the names."""
        return len(self._macros.keys() | self._wrapped.keys())


class Namespace(MacroNamespace):
    """The macros as a node finds them."""

    def __contains__(self, name: object) -> bool:
        """Tell without wrapping it."""
        return any(name in macros for macros in self._search_order())


class ContextOfNode(dict[str, Any]):
    """What a template can call by name: what dbt has put there, and behind it the macros."""

    macros: Mapping[str, Any] = {}

    def __contains__(self, name: object) -> bool:
        """Tell without wrapping it."""
        return super().__contains__(name) or name in self.macros

    def __missing__(self, name: str) -> Any:
        """Find a macro."""
        return self.macros[name]

    def __iter__(self) -> Iterator[str]:
        """Go through all names, those of macros too."""
        return iter(self.keys())

    def keys(self) -> KeysView[str]:  # type: ignore[override]
        """Return all names, those of macros too."""
        return (dict.fromkeys(super().keys()) | dict.fromkeys(self.macros)).keys()

    def get(self, name: str, default: Any = None) -> Any:
        """Return what is called so, or the default."""
        try:
            return self[name]
        except KeyError:
            return default


def wrap_macros_when_called() -> None:
    """Let dbt do so, in this process."""
    ManifestContext._build_namespace = _build_namespace  # type: ignore[method-assign]
    ManifestContext.to_dict = _to_dict  # type: ignore[method-assign]
    # Arguments of tests are rendered by another kind of template, which would copy every name for itself.
    NativeSandboxTemplate.new_context = MacroFuzzTemplate.new_context  # type: ignore[assignment,method-assign]


def namespace_of(
    builder: MacroNamespaceBuilder, macros_by_package: Mapping[str, Mapping[str, Macro]], context: dict[str, Any]
) -> Namespace:
    """Find macros in the order in which dbt's own builder does, and wrap them for a context."""

    def wrap(macro: Macro) -> MacroGenerator:
        return MacroGenerator(macro, context, builder.node, builder.thread_ctx)

    def flat(macros: Mapping[str, Macro]) -> FlatNamespace:
        # It is no dictionary, but dbt asks nothing of it that a mapping cannot answer.
        return cast(FlatNamespace, WrappedWhenCalled(macros, wrap))

    of_dbt: dict[str, Macro] = {}
    for package in reversed(builder.internal_package_names_order):
        of_dbt.update(macros_by_package.get(package, {}))
    packages = {
        package: flat(macros)
        for package, macros in macros_by_package.items()
        if package not in builder.internal_package_names
    }
    root, own = packages.get(builder.root_package, flat({})), packages.get(builder.search_package, flat({}))
    return Namespace(root, own, flat(of_dbt), packages)


def _build_namespace(self: ManifestContext) -> Namespace:
    self._ctx = context = ContextOfNode(self._ctx)
    namespace = namespace_of(self._get_namespace_builder(), self.manifest.get_macros_by_package(), context)
    context.macros = namespace
    return namespace


def _to_dict(self: ManifestContext) -> dict[str, Any]:
    """Return the context with what dbt puts there, but where a macro has the same name, and with the macros."""
    context: dict[str, Any] = super(ManifestContext, self).to_dict()
    namespace: Any = self.namespace
    if isinstance(namespace, Namespace):
        for name in [name for name in dict.keys(context) if name in namespace]:
            del context[name]
    else:
        # A test of data finds no other macros than those that it calls.
        context.update(namespace.local_namespace)
        context.update(namespace.project_namespace)
    return context
