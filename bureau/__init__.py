"""The ground floor: people, calendar, rules, the office file, its journal, and paper."""
