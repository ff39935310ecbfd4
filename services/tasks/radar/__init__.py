"""The radar of stage goals: what is certain, what is likely, and which tasks decide a goal, for any date."""
