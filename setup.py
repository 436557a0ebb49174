"""Where the packages are: the folders at the root install as `logbits.encode`, …; all else is in pyproject.toml.

`pyproject.toml` can list packages or find them, but not find them under another name, which takes these lines.
"""

from setuptools import find_packages, setup

FOLDERS = ("encode", "bounds", "verify", "cases")
TOP = "verify/logbits"  # what `import logbits` gives

found = find_packages(
    include=[each for folder in FOLDERS for each in (folder, f"{folder}.*")], exclude=["verify.logbits"]
)
setup(
    packages=["logbits", *(f"logbits.{each}" for each in found)],
    package_dir={"logbits": TOP} | {f"logbits.{folder}": folder for folder in FOLDERS},
)
