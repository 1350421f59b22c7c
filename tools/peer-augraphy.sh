#!/bin/sh
# Puts Augraphy, which `python -m tests.benchmarks.peer` measures our photos against, into a venv of its own
# (.tools/peers/augraphy): it brings an opencv-python that would take the place of our opencv-python-headless.
set -eu

version=8.2.6
target=.tools/peers/augraphy

if [ -x "$target/bin/python" ] && "$target/bin/python" -c 'import augraphy' 2>/dev/null; then
  exit 0
fi
"${PYTHON:-python3}" -m venv "$target"
"$target/bin/python" -m pip install --quiet --disable-pip-version-check "augraphy==$version" \
  opencv-python-headless==4.11.0.86 numpy==1.26.4
# what Augraphy asked for needs the libraries of a desktop; the headless build has the same functions
"$target/bin/python" -m pip uninstall --quiet --yes opencv-python
"$target/bin/python" -m pip install --quiet --disable-pip-version-check --force-reinstall --no-deps \
  opencv-python-headless==4.11.0.86
"$target/bin/python" -c 'import augraphy, cv2; print("augraphy", augraphy.__version__, "with OpenCV", cv2.__version__)'
