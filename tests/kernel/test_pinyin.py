"""Chinese in Latin letters; the dictionary is read by who asks only."""

import subprocess
import sys

from zhian.kernel.pinyin import initials, spoken, syllables


def test_names_are_spelled_as_people_type_them() -> None:
    assert syllables("哈尔滨吕A") == ["ha", "er", "bin", "lü", "A"]
    assert (spoken("益昌乳业"), initials("益昌乳业")) == ("yichangruye", "ycry")
    assert (spoken("绿园 XL"), initials("绿园 XL")) == ("lvyuan xl", "ly xl")


def test_a_process_that_asks_for_no_name_does_not_wait_for_the_dictionary() -> None:
    code = "import sys, config.wsgi; print({'pypinyin', 'biip'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
