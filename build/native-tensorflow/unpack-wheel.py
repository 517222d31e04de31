"""Takes the parts of a Python wheel that begin with one of the given names into a folder.

Python does this because it is there wherever pip is, and reads zip files (checksums included).
Usage: unpack-wheel.py WHEEL FOLDER NAME...
Prints how much is done, 0 to 1, one number a line.
"""

import os
import shutil
import sys
import zipfile


class Counted:
    """Writes to a file and prints the share of all bytes that was written so far."""

    written = 0

    def __init__(self, file, total):
        self.file = file
        self.total = total

    def write(self, data):
        self.file.write(data)
        Counted.written += len(data)
        print(Counted.written / self.total, flush=True)


wheel, folder, *names = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    parts = [i for i in archive.infolist() if i.filename.startswith(tuple(names)) and not i.is_dir()]
    total = sum(part.file_size for part in parts) or 1
    for part in parts:
        target = os.path.join(folder, part.filename)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with archive.open(part) as source, open(target, "wb") as file:
            shutil.copyfileobj(source, Counted(file, total), 1 << 22)
