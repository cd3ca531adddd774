"""Reads the workspace's Rust as a graph of calls: what a function on Lambda can reach, and through which calls.

Types are known from signatures, fields and constructors. If a receiver's type is unknown, a call reaches every method with
that name and number of arguments that its crate can see, except methods whose name std's collections have too. So the graph
may have too many calls, but lacks only calls of methods with a name of std on a value of unknown type.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict, deque
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import tree_sitter_rust
from tree_sitter import Language, Node, Parser

RUST = Language(tree_sitter_rust.language())
ROUTE = re.compile(r'#\[utoipa::path\(\s*(\w+),\s*path = "([^"]+)"')

# Names of std's methods. A call of such a name on a value of unknown type is taken as a call of std.
STD_METHODS = frozenset(
    "all and_then any as_ref as_str chain clone collect contains contains_key entry expect extend filter find first flatten fold"
    " get get_mut get_or_insert_with id insert into into_iter is_empty iter join keys last len lock map max min new name next of"
    " pop push read remove replace retain send sort split take then to_string unwrap unwrap_or values write zip".split()
)
# Methods whose result has the type of their receiver, or of the receiver's content.
TYPE_PRESERVING = frozenset(
    "as_deref as_mut as_ref clone cloned copied expect first get get_mut into_inner into_iter iter iter_mut last lock map_err"
    " next ok ok_or ok_or_else or or_else take to_owned transpose unwrap unwrap_or unwrap_or_default unwrap_or_else"
    " unwrap_or_err values".split()
)


@dataclass(eq=False)
class Function:
    """A function or method of the workspace."""

    crate: str
    file: Path
    line: int
    owner: str | None
    trait: str | None
    name: str
    # Whether other crates can call it. Private items count as visible in their whole crate.
    is_public: bool
    has_self: bool
    arity: int
    node: Node
    parameters: dict[str, frozenset[str]]
    returns: frozenset[str]
    generics: frozenset[str]
    # Filled in by `Code._read_body`.
    calls: list[Function] = field(default_factory=list)
    mentions: set[str] = field(default_factory=set)
    # (receiver, method, type arguments, first string argument, arity, line)
    methods: list[tuple[str, str, tuple[str, ...], str | None, int, int]] = field(default_factory=list)
    # Values made or named by a path, such as `Write::Put` or `Index::Open`: owner, name, the method that they are passed to, line.
    paths: list[tuple[str, str, str, int]] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.owner}::{self.name}" if self.owner else f"{self.file.stem}::{self.name}"


def text(node: Node | None) -> str:
    return node.text.decode() if node is not None and node.text is not None else ""


def nodes_of(node: Node, *kinds: str):
    """Every node of these kinds at or below a node, in source order."""
    waiting = [node]
    while waiting:
        found = waiting.pop()
        if found.type in kinds:
            yield found
        waiting.extend(reversed(found.children))


def types_in(node: Node | None) -> frozenset[str]:
    return frozenset(text(t) for t in nodes_of(node, "type_identifier")) if node is not None else frozenset()


def last_type(node: Node | None) -> str | None:
    """The name of a type without its path and arguments: `Club` of `crate::table::Club<'_>`."""
    if node is None:
        return None
    if node.type == "generic_type":
        return last_type(node.child_by_field_name("type"))
    if node.type == "scoped_type_identifier":
        return text(node.child_by_field_name("name"))
    if node.type == "reference_type":
        return last_type(node.child_by_field_name("type"))
    return text(node) if node.type == "type_identifier" else None


def receiving_method(node: Node) -> str:
    """The method that gets a node as its argument; empty if the node is not an argument of a method."""
    if node.parent is None or node.parent.type != "arguments":
        return ""
    return text(node.parent.parent.child_by_field_name("function").child_by_field_name("field"))


class Code:
    """The workspace below a folder."""

    def __init__(self, root: Path):
        self.root = root
        self.parser = Parser(RUST)
        self.depends: dict[str, set[str]] = {}
        self.folders: dict[str, Path] = {}
        self.functions: list[Function] = []
        self.fields: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
        self.constants: dict[tuple[str, str], str] = {}
        self.types: set[str] = set()
        self.traits: set[str] = set()
        self._read_manifests()
        for crate, folder in self.folders.items():
            for file in sorted((folder / "src").rglob("*.rs")):
                self._read_file(crate, file)
        self.by_name: dict[str, list[Function]] = defaultdict(list)
        self.of_trait: dict[str, list[Function]] = defaultdict(list)
        for function in self.functions:
            self.by_name[function.name].append(function)
            if function.trait and function.owner:
                self.of_trait[function.owner].append(function)
        for function in self.functions:
            self._read_body(function)

    # ---- manifests

    def _read_manifests(self) -> None:
        workspace = tomllib.loads((self.root / "Cargo.toml").read_text())["workspace"]
        here = {n: d["path"] for n, d in workspace["dependencies"].items() if isinstance(d, dict) and "path" in d}
        folders = [p.parent for kind in ("shared", "functions") for p in sorted(self.root.glob(f"{kind}/*/Cargo.toml"))]
        for folder in folders:
            manifest = tomllib.loads((folder / "Cargo.toml").read_text())
            name = manifest["package"]["name"]
            self.folders[name] = folder
            self.depends[name] = {n for n in manifest.get("dependencies", {}) if n in here}

    def crates_of(self, crate: str) -> set[str]:
        """A crate and all its dependencies in the workspace."""
        found, waiting = set(), [crate]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.depends.get(name, ()))
        return found

    # ---- items

    def _read_file(self, crate: str, file: Path) -> None:
        tree = self.parser.parse(file.read_bytes())
        self._read_items(crate, file, tree.root_node, None, None)

    def _read_items(self, crate: str, file: Path, parent: Node, owner: str | None, trait: str | None) -> None:
        attributes = ""
        for node in parent.named_children:
            if node.type == "attribute_item":
                attributes += text(node)
                continue
            if node.type in ("line_comment", "block_comment"):
                continue
            is_test, attributes = "#[cfg(test)]" in attributes or "test]" in attributes, ""
            if is_test:
                continue
            if node.type == "function_item":
                self._add(crate, file, node, owner, trait)
            elif node.type == "impl_item":
                of = last_type(node.child_by_field_name("type"))
                if of:
                    self.types.add(of)
                    implemented = last_type(node.child_by_field_name("trait"))
                    self._read_items(crate, file, node.child_by_field_name("body"), of, implemented)
            elif node.type == "trait_item":
                name = text(node.child_by_field_name("name"))
                self.traits.add(name)
                self._read_items(crate, file, node.child_by_field_name("body"), name, None)
            elif node.type == "mod_item" and node.child_by_field_name("body"):
                self._read_items(crate, file, node.child_by_field_name("body"), owner, trait)
            elif node.type in ("struct_item", "enum_item"):
                name = text(node.child_by_field_name("name"))
                self.types.add(name)
                for one in nodes_of(node, "field_declaration"):
                    self.fields[name][text(one.child_by_field_name("name"))] = types_in(one.child_by_field_name("type"))
            elif node.type == "const_item":
                value = node.child_by_field_name("value")
                if value is not None and value.type == "string_literal":
                    self.constants[owner or crate, text(node.child_by_field_name("name"))] = text(value).strip('"')

    def _add(self, crate: str, file: Path, node: Node, owner: str | None, trait: str | None) -> None:
        parameters: dict[str, frozenset[str]] = {}
        has_self, arity = False, 0
        generics = frozenset(text(t) for p in [node.child_by_field_name("type_parameters")] if p for t in nodes_of(p, "type_identifier"))
        for one in node.child_by_field_name("parameters").named_children:
            if one.type == "self_parameter":
                has_self = True
            elif one.type == "parameter":
                arity += 1
                declared = types_in(one.child_by_field_name("type"))
                for name in nodes_of(one.child_by_field_name("pattern"), "identifier"):
                    parameters[text(name)] = declared
        mark = next((text(c) for c in node.children if c.type == "visibility_modifier"), "")
        is_public = mark == "pub" or trait is not None
        returns = types_in(node.child_by_field_name("return_type"))
        if "Self" in returns and owner:
            returns = returns - {"Self"} | {owner}
        name = text(node.child_by_field_name("name"))
        line = node.start_point[0] + 1
        self.functions.append(
            Function(crate, file, line, owner, trait, name, is_public, has_self, arity, node, parameters, returns, generics)
        )

    # ---- bodies

    def _read_body(self, function: Function) -> None:
        types: dict[str, frozenset[str] | None] = dict(function.parameters)
        if function.owner:
            types["self"] = frozenset([function.owner])
        function.mentions |= types_in(function.node)
        if function.owner:
            function.mentions.add(function.owner)
        body = function.node.child_by_field_name("body")
        if body is not None:
            self._walk(function, body, types)

    def _walk(self, function: Function, node: Node, types: dict) -> None:
        kind = node.type
        if kind in ("line_comment", "block_comment"):
            return
        if kind == "macro_invocation":
            # The input of a macro such as join! is read like the arguments of a call.
            inner = next((c for c in node.children if c.type == "token_tree"), None)
            if inner is not None:
                source = b"fn m() { m(" + inner.text[1:-1] + b"); }"
                self._walk(function, self.parser.parse(source).root_node.named_children[0].child_by_field_name("body"), types)
            return
        if kind == "closure_expression":
            for one in node.child_by_field_name("parameters").named_children:
                declared = types_in(one.child_by_field_name("type")) if one.type == "parameter" else None
                for name in nodes_of(one, "identifier"):
                    types[text(name)] = declared or None
        # The value is read before the name that is bound to it, because the name may hide one that the value uses.
        if kind in ("let_declaration", "let_condition", "for_expression"):
            value = node.child_by_field_name("value")
            known = types_in(node.child_by_field_name("type")) if node.child_by_field_name("type") else None
            if known is None and value is not None:
                known = self._type(function, value, types)
            if value is not None:
                self._walk(function, value, types)
            for name in nodes_of(node.child_by_field_name("pattern"), "identifier"):
                types[text(name)] = known
            for child in node.named_children:
                if child not in (value, node.child_by_field_name("pattern"), node.child_by_field_name("type")):
                    self._walk(function, child, types)
            return
        if kind == "match_expression":
            known = self._type(function, node.child_by_field_name("value"), types)
            for pattern in nodes_of(node.child_by_field_name("body"), "match_pattern"):
                for name in nodes_of(pattern, "identifier", "shorthand_field_identifier"):
                    types.setdefault(text(name), known)
        if kind == "call_expression":
            self._call(function, node, types)
        elif kind == "scoped_identifier":
            self._path(function, node)
            return
        elif kind == "identifier" and text(node) not in types:
            function.mentions.add(text(node))
            function.calls += self._free(text(node), function)
        elif kind == "match_arm":
            pattern = node.child_by_field_name("pattern")
            for child in node.named_children:
                if child != pattern:
                    self._walk(function, child, types)
            return
        for child in node.named_children:
            self._walk(function, child, types)

    def _call(self, function: Function, node: Node, types: dict) -> None:
        called, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments").named_children
        arguments = [a for a in arguments if not a.type.endswith("_comment")]
        given: tuple[str, ...] = ()
        if called.type == "generic_function":
            given = tuple(text(t) for t in nodes_of(called.child_by_field_name("type_arguments"), "type_identifier"))
            called = called.child_by_field_name("function")
        if called.type == "field_expression":
            receiver, name = called.child_by_field_name("value"), text(called.child_by_field_name("field"))
            first = arguments[0] if arguments else None
            string = None
            if first is not None and first.type == "string_literal":
                string = text(first).strip('"')
            elif first is not None and first.type == "identifier":
                string = self.constants.get((function.crate, text(first)))
            line = called.child_by_field_name("field").start_point[0] + 1
            function.methods.append((text(receiver), name, given, string, len(arguments), line))
            function.calls += self._methods(function, receiver, name, len(arguments), types)

    def _path(self, function: Function, node: Node) -> None:
        """A path that is called or passed on: `Changes::new`, `item::read`, `Write::Put`."""
        before, name = node.child_by_field_name("path"), text(node.child_by_field_name("name"))
        if before is not None and before.type == "generic_type":
            before = before.child_by_field_name("type")
        last = text(before).split("::")[-1] if before is not None else ""
        if last == "Self" and function.owner:
            last = function.owner
        function.mentions |= {last, name}
        function.paths.append((last, name, receiving_method(node), node.start_point[0] + 1))
        found = self._visible_to(function, self.by_name.get(name, ()))
        owned = [f for f in found if f.owner == last]
        if owned or last in self.types or last[:1].isupper():
            function.calls += owned
        else:
            function.calls += self._free(name, function, last)

    def _visible_to(self, function: Function, found) -> list[Function]:
        """The functions among these that this one can call: of its crate, and public ones of its dependencies."""
        known = self.crates_of(function.crate)
        return [f for f in found if f.crate == function.crate or (f.crate in known and f.is_public)]

    def _free(self, name: str, function: Function, module: str | None = None) -> list[Function]:
        """The functions without an owner that a name means in a function."""
        found = [f for f in self._visible_to(function, self.by_name.get(name, ())) if f.owner is None]
        same = [f for f in found if module in (f.file.stem, f.file.parent.name, f.crate)]
        # If the module is not in the workspace, the item is external.
        return same if same or module not in (None, "", "crate", "self", "super") else found

    def _methods(self, function: Function, receiver: Node, name: str, arity: int, types: dict) -> list[Function]:
        """The methods that a call may reach."""
        found = [f for f in self._visible_to(function, self.by_name.get(name, ())) if f.has_self and f.arity == arity]
        if not found:
            return []
        of = self._type(function, receiver, types)
        if of is None or of & function.generics or not of:
            return [] if name in STD_METHODS else found
        return [f for f in found if f.owner in of or f.trait in of]

    def _type(self, function: Function, node: Node | None, types: dict) -> frozenset[str] | None:
        """The possible type names of a value; None or empty if unknown."""
        if node is None:
            return None
        kind = node.type
        if kind in ("identifier", "self"):
            return types.get(text(node))
        if kind in ("reference_expression", "unary_expression", "parenthesized_expression", "await_expression", "try_expression"):
            inner = node.child_by_field_name("value") or (node.named_children[-1 if kind == "reference_expression" else 0])
            return self._type(function, inner, types)
        if kind == "field_expression":
            of = self._type(function, node.child_by_field_name("value"), types)
            name = text(node.child_by_field_name("field"))
            declared = [self.fields[t][name] for t in of or () if name in self.fields.get(t, {})]
            return frozenset().union(*declared) if declared else None
        if kind == "struct_expression":
            return types_in(node.child_by_field_name("name"))
        if kind == "call_expression":
            called = node.child_by_field_name("function")
            arguments = node.child_by_field_name("arguments").named_children
            if called.type == "generic_function":
                called = called.child_by_field_name("function")
            if called.type == "field_expression":
                receiver, name = called.child_by_field_name("value"), text(called.child_by_field_name("field"))
                found = self._methods(function, receiver, name, len(arguments), types)
                if found:
                    return frozenset().union(*(f.returns for f in found)) or None
                return self._type(function, receiver, types) if name in TYPE_PRESERVING else None
            if called.type == "scoped_identifier":
                last, name = text(called.child_by_field_name("path")).split("::")[-1], text(called.child_by_field_name("name"))
                last = function.owner if last == "Self" and function.owner else last
                if name in ("pin", "new", "clone") and last in ("Box", "Arc", "Rc") and arguments:
                    return self._type(function, arguments[0], types)
                owned = [f for f in self._visible_to(function, self.by_name.get(name, ())) if f.owner == last]
                if owned:
                    return frozenset().union(*(f.returns for f in owned)) or None
                if last[:1].isupper():
                    return frozenset([last])
                found = self._free(name, function, last)
                return frozenset().union(*(f.returns for f in found)) if found else None
            if called.type == "identifier":
                if text(called) in ("Some", "Ok", "Err") and arguments:
                    return self._type(function, arguments[0], types)
                found = self._free(text(called), function)
                return frozenset().union(*(f.returns for f in found)) if found else None
        return None

    # ---- routes

    @cache  # noqa: B019, the cache may keep a graph alive: it is needed for as long as the process runs
    def routes(self, crate: str) -> set[tuple[str, str]]:
        """The method and path of each route of a crate, from its `#[utoipa::path(get, path = "/api/x/{id}", …)]` attributes."""
        sources = (file.read_text() for file in (self.folders[crate] / "src").rglob("*.rs"))
        return {(method.upper(), path) for source in sources for method, path in ROUTE.findall(source)}

    # ---- reach

    def reach(self, crate: str) -> dict[Function, Function | None]:
        """Every function that can run in a Lambda function's process, with one of its callers; the crate's own functions have None."""
        known = self.crates_of(crate)
        reached: dict[Function, Function | None] = {f: None for f in self.functions if f.crate == crate}
        waiting = deque(reached)
        while waiting:
            at = waiting.popleft()
            # Code that names a type may run its trait methods: extractors, for example, are never called by name.
            implied = [f for t in at.mentions for f in self.of_trait.get(t, ())]
            for called in [*at.calls, *implied]:
                if called.crate in known and called not in reached:
                    reached[called] = at
                    waiting.append(called)
        return reached

    def call_chain(self, reached: dict[Function, Function | None], to: Function) -> str:
        """A function and its callers up to an item of the crate, as names."""
        names, at = [], to
        while at is not None:
            names.append(str(at))
            at = reached[at]
        return " < ".join(names)
