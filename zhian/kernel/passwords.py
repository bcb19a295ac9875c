"""How passwords are kept: Argon2id at the strength OWASP recommends for servers."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """19 MiB, two passes, one lane: a sign-in costs some 30 ms and no 100 MB of memory.

    Django's default takes 100 MiB in eight lanes; a queue of sign-ins on Monday morning would
    starve a small server (OWASP Password Storage Cheat Sheet, Argon2id m=19456 t=2 p=1).
    """

    time_cost = 2
    memory_cost = 19_456
    parallelism = 1
