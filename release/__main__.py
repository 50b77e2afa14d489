"""`python -m release`: wheel, source archive, bill of materials, pinned requirements and sums of this commit."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from release.building import archive, bill_of_materials, build, exported, installed, sums
from release.checks import Tree, problems


def main() -> int:
    """1 when something speaks against it; then nothing is made."""
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("dist"), help="where the files go; emptied first")
    parser.add_argument(
        "--rehearsal", action="store_true", help="of a version that has no date and no tag yet, or of changes"
    )
    given = parser.parse_args()
    tree = Tree.read(Path(__file__).parents[1])
    found = problems(tree, rehearsal=given.rehearsal)
    print(*(f"release: {one}" for one in found), sep="\n", end="\n" if found else "", file=sys.stderr)
    return 1 if found else _make(tree, given.out.resolve(), rehearsal=given.rehearsal)


def _make(tree: Tree, out: Path, *, rehearsal: bool) -> int:
    with TemporaryDirectory(prefix="release-") as name:
        scratch = Path(name)
        source = tree.root if rehearsal else exported(tree.root, scratch / "source")
        build(source, out, tree.committed)
        archive(source, out, tree.version)
        python = installed(out, tree.version, scratch / "venv")
        bill_of_materials(python, source, out / f"syncd-{tree.version}.cdx.json", tree.committed)
    for line in sums(out):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
