"""Who is left in peace, and why: silences 静默, and what recipients acknowledge 知悉 or snooze 稍后提醒."""
