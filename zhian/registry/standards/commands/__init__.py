"""`zhian judge`, `zhian standards …` and `zhian bench judge`: one module per noun."""

from zhian.registry.standards.commands import changes, files
from zhian.registry.standards.commands.bench import bench_judge
from zhian.registry.standards.commands.cases import judge
from zhian.registry.standards.commands.comparing import bench_compare
from zhian.registry.standards.commands.group import standards

__all__ = ["bench_compare", "bench_judge", "changes", "files", "judge", "standards"]
