"""What every test shares."""

import os

from hypothesis import HealthCheck, settings

# Derandomized: a red run is red again. HYPOTHESIS_PROFILE=explore looks for new examples.
settings.register_profile(
    "ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.register_profile("explore", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))
